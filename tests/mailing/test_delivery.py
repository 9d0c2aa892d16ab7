"""Allowed senders and environments, sending rate, and the bytes sent."""

import base64
import email
import email.policy
import itertools

import pytest
from django.core.checks import run_checks
from django.core.mail import BadHeaderError
from django.core.management import call_command

from mailing import identity
from mailing.content import Attachment, MailContent, build_mime
from mailing.drain import drain
from mailing.models import Identity, Message
from mailing.pace import Pace
from mailing.services import suppressed_among
from tests.mailing.fakes import MINUTE, NOW, FakeTransport, make_message

State = Message.State
pytestmark = pytest.mark.django_db


def run(transport, now=NOW, **kwargs):
    return drain(max_seconds=60, clock=lambda: now, transport=transport, **kwargs)


def test_new_database_is_adopted_by_the_first_sender(settings):
    settings.MAIL_IDENTITY = "https://comite.example"
    make_message()
    assert run(FakeTransport()).states == {"sent": 1}
    assert Identity.objects.get().name == "https://comite.example"


def test_copy_of_the_site_sends_no_mail_and_reports_it(settings, caplog, capsys):
    identity.adopt(now=NOW)
    settings.MAIL_IDENTITY = "https://essai.example"
    make_message()
    transport = FakeTransport()
    assert run(transport).stopped == "this database belongs to another site"
    assert (transport.opened, Message.objects.get().state) == (0, State.PENDING)
    assert "NO MAIL LEAVES" in caplog.text
    assert [one.id for one in run_checks(databases=["default"]) if one.id.startswith("mailing.")] == ["mailing.W001"]
    call_command("mail_identity")
    assert "NO MAIL LEAVES" in capsys.readouterr().out
    call_command("mail_identity", adopt=True)
    assert "mail leaves" in capsys.readouterr().out
    assert run(transport).states == {"sent": 1}
    assert not [one for one in run_checks(databases=["default"]) if one.id.startswith("mailing.")]


def test_bounce_address_without_placeholder_is_an_error(settings):
    settings.MAIL_BOUNCE_ADDRESS = "retours@comite.example"
    assert "mailing.E001" in [one.id for one in run_checks()]


class FakeTime:
    """Clock advanced only by `sleep`."""

    def __init__(self):
        self.now, self.slept = 1_000.0, []

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


def test_mails_are_spread_over_each_minute(settings):
    settings.MAIL_PER_MINUTE = 30
    time = FakeTime()
    rate = Pace(clock=lambda: time.now, sleep=time.sleep)
    for _ in range(5):
        make_message()
    assert run(FakeTransport(), rate=rate).states == {"sent": 5}
    assert time.slept == [2, 2, 2, 2]
    # Idle time does not accumulate as allowance.
    time.now += 600
    for _ in range(2):
        make_message()
    run(FakeTransport(), rate=rate)
    assert time.slept[4:] == [2]


def test_drain_out_of_time_releases_its_rows(settings):
    settings.MAIL_PER_MINUTE = 1
    time = FakeTime()
    rate = Pace(clock=lambda: time.now, sleep=time.sleep)
    for _ in range(3):
        make_message()
    moments = itertools.chain([NOW] * 12, itertools.repeat(NOW + MINUTE))
    done = drain(max_seconds=5, clock=lambda: next(moments), transport=FakeTransport(), rate=rate)
    assert (done.states, done.more) == ({"sent": 1}, True)
    assert Message.objects.filter(state=State.PENDING, claim=None, attempts=0).count() == 2
    assert max(time.slept) <= 5


def test_rate_limit_does_not_sleep_when_the_time_is_over(settings):
    settings.MAIL_PER_MINUTE = 1
    time = FakeTime()
    rate = Pace(clock=lambda: time.now, sleep=time.sleep)
    rate.sent()
    assert not rate.wait(at_most=-0.5)
    assert time.slept == []


def test_unlimited_rate_never_sleeps(settings):
    settings.MAIL_PER_MINUTE = 0
    for _ in range(3):
        make_message()
    run(FakeTransport(), rate=Pace(clock=lambda: 0.0, sleep=lambda seconds: pytest.fail("slept")))


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def mail_of(content, to="odile@courriel.example", **kwargs):
    message = make_message(to)
    return parsed(build_mime(message=message, content=content, **kwargs))


LONG = "Un très long texte, sans fin ni retour à la ligne… " * 60


@pytest.mark.parametrize(
    "text", ["é" * 2_000, LONG, ".\n..\n.", "From moi\n", "fin de ligne  \n\tet tab\t\n", "=3D= é"]
)
def test_any_text_is_transmitted_unchanged(text):
    content = MailContent(subject="s", text=text, html=f"<p>{text}</p>")
    raw = build_mime(message=make_message(), content=content)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = parsed(raw)
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text.rstrip("\n") + "\n"
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == f"<p>{text}</p>"


def test_headers_in_french_are_decoded_unchanged():
    subject = "Séance du 15 novembre, 4 réponses officielles et 12 propositions à lire avant l’été prochain"
    content = MailContent(subject=subject, text="x", reply_to=["Comité des usagers à Strasbourg <r@comite.example>"])
    mail = mail_of(content)
    assert mail["Subject"] == subject
    assert mail["From"].addresses[0].display_name == "Comité des usagers du numérique"
    assert mail["Reply-To"].addresses[0].addr_spec == "r@comite.example"


def test_reply_to_is_the_contact_and_the_sender_is_always_the_site():
    mail = mail_of(MailContent(subject="s", text="x"), reply_to="contact@comite.example")
    assert (mail["Reply-To"], mail["Content-Language"]) == ("contact@comite.example", "fr")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    foreign = mail_of(MailContent(subject="s", text="x", from_email="Mairie <m@ville.example>"))
    assert foreign["From"].addresses[0].domain == "comite.example"
    assert foreign["Reply-To"] == "Mairie <m@ville.example>"


def test_example_contact_is_not_used_by_a_site_of_another_domain(settings):
    settings.DEFAULT_FROM_EMAIL = "Comité <lettre@comite.fr>"
    content = MailContent(subject="s", text="x", unsubscribe_url="https://comite.fr/stop/")
    before, after = (mail_of(content, reply_to=contact) for contact in ("contact@comite.example", "contact@comite.fr"))
    assert (before["Reply-To"], before["List-Unsubscribe"]) == (None, "<https://comite.fr/stop/>")
    assert after["Reply-To"] == "contact@comite.fr"
    assert "mailto:contact@comite.fr" in after["List-Unsubscribe"]
    named = MailContent(subject="s", text="x", reply_to=["Comité <contact@comite.example>", "Nora <nora@ville.fr>"])
    assert mail_of(named)["Reply-To"] == "Nora <nora@ville.fr>"


def test_attachments_have_unchanged_name_type_and_bytes():
    data = base64.b64encode(bytes(range(256)) * 3).decode()
    files = [
        Attachment("séance « 1 ».ics", data, "text/calendar; method=REQUEST"),
        Attachment("a.pdf", data, "application/pdf"),
    ]
    mail = mail_of(MailContent(subject="s", text="x", html="<p>x</p>", attachments=files))
    attachments = list(mail.iter_attachments())
    assert [one.get_filename() for one in attachments] == ["séance « 1 ».ics", "a.pdf"]
    assert [one.get_content_type() for one in attachments] == ["text/calendar", "application/pdf"]
    assert [one.get_payload(decode=True) for one in attachments] == [bytes(range(256)) * 3] * 2


@pytest.mark.parametrize(
    "broken",
    [
        {"subject": "a\nBcc: x@courriel.example"},
        {"from_email": "a\r\nBcc: x@courriel.example <x@comite.example>"},
        {"reply_to": ["a@comite.example\nBcc: x@courriel.example"]},
        {"headers": {"X-Test": "a\rb"}},
        {"headers": {"X-Test: a\r\nBcc": "b"}},
        {"headers": {"X Test": "b"}},
        {"unsubscribe_url": "https://comite.example/\n>"},
        {"attachments": [Attachment("a", "", "text/plain\r\nX: y")]},
    ],
)
def test_a_line_break_in_any_header_is_refused(broken):
    with pytest.raises(BadHeaderError):
        build_mime(message=make_message(), content=MailContent(**{"subject": "s", "text": "x"} | broken))


def test_address_with_non_ascii_local_part_fails_and_idn_domain_is_encoded():
    make_message("odilé@courriel.example")
    make_message("odile@été.example")
    transport = FakeTransport()
    run(transport)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == [State.FAILED, State.SENT]
    assert transport.taken[0][0] == "odile@xn--t-9fab.example"
    assert not suppressed_among(["odilé@courriel.example"])


def test_rows_written_by_the_previous_release_are_sent():
    """The previous release wrote these keys into `payload`: with others, rows pending during an upgrade would fail."""
    message = make_message()
    message.payload = {
        "subject": "Séance",
        "text": "Bonjour.\n",
        "html": "<p>Bonjour.</p>",
        "from_email": "",
        "reply_to": ["r@comite.example"],
        "headers": {"X-Test": "a"},
        "attachments": [{"filename": "a.ics", "data": "QQ==", "mimetype": "text/calendar"}],
        "unsubscribe_url": "https://comite.example/stop/",
    }
    message.save()
    transport = FakeTransport()
    run(transport)
    mail = parsed(transport.taken[0][1])
    assert (mail["Subject"], mail["X-Test"], mail["Reply-To"]) == ("Séance", "a", "r@comite.example")
    assert mail["List-Unsubscribe"].startswith("<https://comite.example/stop/>")
    assert [one.get_content() for one in mail.iter_attachments()] == ["A"]
