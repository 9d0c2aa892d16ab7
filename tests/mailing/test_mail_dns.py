"""`check_mail_dns` against a real server on loopback, whose zone lacks one record at a time."""

import pytest
from django.core.management import CommandError, call_command

from mailing.management.commands.check_mail_dns import Command
from mailing.models import Heartbeat
from mailing.ticking import MAIL_DNS
from tests.mailing.servers import NameServer, serving

pytestmark = pytest.mark.django_db

DOMAIN = "comite.example"
ZONE = {
    (DOMAIN, "MX"): ["10 mail.comite.example."],
    (DOMAIN, "TXT"): ['"v=spf1 a:mail.comite.example -all"', '"something else"'],
    ("key._domainkey.comite.example", "TXT"): ['"v=DKIM1; k=rsa; p=MIIBIjAN" "BgkqhkiG9w0B"'],
    ("_dmarc.comite.example", "TXT"): ['"v=DMARC1; p=quarantine"'],
    ("mail.comite.example", "A"): ["192.0.2.7"],
    ("7.2.0.192.in-addr.arpa", "PTR"): ["mail.comite.example."],
    ("_mta-sts.comite.example", "TXT"): ['"v=STSv1; id=1"'],
}


@pytest.fixture
def check(settings, monkeypatch, capsys):
    settings.DEFAULT_FROM_EMAIL = "Comité <lettre@comite.example>"
    settings.MAIL_BOUNCE_ADDRESS = ""

    def run(zone, **options):
        with serving(NameServer(zone)) as server:
            monkeypatch.setattr(Command, "resolver", lambda self: server.resolver())
            try:
                call_command("check_mail_dns", **{"selector": "key", "host": "mail.comite.example"} | options)
            except CommandError as error:
                return str(error), capsys.readouterr().out
            return "", capsys.readouterr().out

    return run


def test_complete_zone_passes(check):
    error, out = check(ZONE)
    assert error == ""
    assert "MISSING" not in out
    assert [line.split()[0] for line in out.splitlines()] == ["ok"] * 7


MISSING = {
    "no MX": ({(DOMAIN, "MX"): []}, "comite.example. IN MX 10"),
    "no SPF": ({(DOMAIN, "TXT"): ['"something else"']}, 'IN TXT "v=spf1 a:mail.comite.example -all"'),
    "two SPF": ({(DOMAIN, "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "there are several"),
    "SPF for all": ({(DOMAIN, "TXT"): ['"v=spf1 mx +all"']}, "any server may send"),
    "no DKIM": ({("key._domainkey.comite.example", "TXT"): []}, "key._domainkey.comite.example. IN TXT"),
    "revoked DKIM": ({("key._domainkey.comite.example", "TXT"): ['"v=DKIM1; p="']}, "there is no key"),
    "no DMARC": ({("_dmarc.comite.example", "TXT"): []}, '_dmarc.comite.example. IN TXT "v=DMARC1; p=none'),
    "no address": ({("mail.comite.example", "A"): []}, "it has no address"),
    "no PTR": ({("7.2.0.192.in-addr.arpa", "PTR"): []}, "7.2.0.192.in-addr.arpa. IN PTR mail.comite.example."),
    "PTR that leads elsewhere": ({("7.2.0.192.in-addr.arpa", "PTR"): ["x.ailleurs.example."]}, "no name leads back"),
}


@pytest.mark.parametrize(("change", "message"), MISSING.values(), ids=MISSING)
def test_missing_record_is_reported_with_the_line_to_add(check, change, message):
    error, out = check(ZONE | change)
    assert error.startswith("1 missing")
    assert message in out
    assert out.count("MISSING") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_local_relay_needs_the_public_host_name(check, host):
    out = check(ZONE | {(DOMAIN, "TXT"): []}, host=host)[1]
    assert '"v=spf1 ip4:<the address of this machine> -all"' in out
    assert "--host mail.ville.fr" in out
    assert "IN PTR" not in out


def test_server_given_by_address_is_looked_up_by_it(check):
    assert check(ZONE, host="192.0.2.7")[0] == ""
    out = check(ZONE | {(DOMAIN, "TXT"): [], ("7.2.0.192.in-addr.arpa", "PTR"): []}, host="192.0.2.7")[1]
    assert '"v=spf1 ip4:192.0.2.7 -all"' in out
    assert "7.2.0.192.in-addr.arpa. IN PTR <the name of this server>." in out


def test_missing_optional_record_does_not_fail(check):
    error, out = check(ZONE | {("_mta-sts.comite.example", "TXT"): []})
    assert error == ""
    assert "optional" in out


def test_subdomain_is_covered_by_the_dmarc_policy_of_its_organization(check):
    zone = {(name.replace(DOMAIN, f"lettre.{DOMAIN}"), kind): value for (name, kind), value in ZONE.items()}
    zone |= {key: value for key, value in ZONE.items() if key[0].startswith(("_dmarc", "mail", "7."))}
    del zone["_dmarc.lettre.comite.example", "TXT"]
    assert check(zone, domain=f"lettre.{DOMAIN}")[0] == ""


def test_return_path_of_another_organization_is_reported(check, settings):
    settings.MAIL_BOUNCE_ADDRESS = "retours+{token}@ailleurs.test"
    zone = ZONE | {("ailleurs.test", "MX"): ["10 m.ailleurs.test."], ("ailleurs.test", "TXT"): ['"v=spf1 mx -all"']}
    assert "another domain than the one that readers see" in check(zone)[1]


def test_missing_selector_is_reported_with_its_setting(check):
    assert "MAIL_DKIM_SELECTOR" in check(ZONE, selector="")[1]


def test_heartbeat_is_set_for_the_domain_of_the_site_only(check):
    noted = Heartbeat.objects.filter(name=MAIL_DNS)
    check(ZONE | {("_dmarc.comite.example", "TXT"): []})
    assert not noted.exists()
    check(ZONE)
    assert noted.exists()
    check({}, domain="ailleurs.test")
    assert noted.exists()
    check(ZONE | {("_dmarc.comite.example", "TXT"): []})
    assert not noted.exists()
