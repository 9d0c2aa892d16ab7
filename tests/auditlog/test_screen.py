"""Report « Journal de sécurité »: for superusers, filtered, exported, with a constant number of queries."""

import csv
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from auditlog.models import Entry, EntryKind
from common.audit import Act
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ROLES = ("Animation", "Secrétariat", "Rédaction", "Modération", "Services", "Accueil")


@pytest.fixture
def url():
    return reverse("auditlog:list")


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True, public_name="Racine")
    client.force_login(user)
    client.person = user
    return client


def make_entry(**fields):
    values = {"kind": EntryKind.SIGN_IN, "action": Act.SIGNED_IN, "at": timezone.now()}
    return Entry.objects.create(**values | fields)


def listed_pks(answer):
    return [entry.pk for entry in answer.context["object_list"]]


def test_row_shows_action_account_and_network_in_french(admin, url):
    odile = UserFactory(public_name="Odile M.")
    refused = {"action": Act.WRONG_CODE, "result": "refused", "network": "203.0.113.0/24"}
    make_entry(**refused, model="accounts.user", object_id=odile.pk)
    make_entry(
        action="wagtail.edit", kind=EntryKind.SETTINGS, actor=odile.pk, model="cms.siteconfiguration", object_id="1"
    )
    page = admin.get(url).text.replace("\xa0", " ")
    for expected in ("Connexion refusée : code faux", f"compte {odile.pk} Odile M.", "203.0.113.0/24", "Modifié"):
        assert expected in page


def test_primary_key_of_a_deleted_account_is_displayed(admin, url):
    make_entry(actor=987_654, kind=EntryKind.POLL, action="polls.open", model="no.model", object_id="3")
    page = admin.get(url).text
    assert "compte 987654, effacé" in page
    assert "no.model 3" in page


@pytest.mark.parametrize("group", ROLES)
def test_report_is_forbidden_to_editors_of_any_group(client, editor_of, url, group):
    client.force_login(editor_of(group))
    for address in (url, reverse("auditlog:list_results"), f"{url}?export=csv"):
        answer = client.get(address)
        assert answer.status_code == 302, "Wagtail redirects to the dashboard with a message of refusal"
        assert answer.url == reverse("wagtailadmin_home")
    assert url not in client.get(reverse("wagtailadmin_home")).text


def test_report_is_in_the_menu_of_superusers(admin, url):
    assert url in admin.get(reverse("wagtailadmin_home")).text


def test_group_form_does_not_offer_the_permission(admin):
    assert "auditlog" not in admin.get(reverse("wagtailusers_groups:add")).text.replace(reverse("auditlog:list"), "")


class TestFilters:
    @pytest.fixture
    def odile(self):
        return UserFactory(email="odile@courriel.example")

    def test_filter_by_kind_and_result(self, admin, url):
        poll = make_entry(kind=EntryKind.POLL, action="polls.open")
        refused = make_entry(action=Act.WRONG_CODE, result="refused")
        assert listed_pks(admin.get(url, {"kind": "poll"})) == [poll.pk]
        assert listed_pks(admin.get(url, {"result": "refused"})) == [refused.pk]

    def test_date_filter_uses_days_in_paris(self, admin, url):
        Entry.objects.all().delete()
        late = make_entry(at=dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC))
        assert listed_pks(admin.get(url, {"at_from": "25/11/2026", "at_to": "25/11/2026"})) == [late.pk]
        assert listed_pks(admin.get(url, {"at_from": "24/11/2026", "at_to": "24/11/2026"})) == []

    @pytest.mark.parametrize("typed", ["odile@courriel.example", " Odile@Courriel.Example ", "number"])
    def test_filter_by_address_or_primary_key_of_an_account(self, admin, url, odile, typed):
        Entry.objects.all().delete()
        mine = [
            make_entry(actor=odile.pk, at=timezone.now() - dt.timedelta(minutes=1)),
            make_entry(model="accounts.user", object_id=odile.pk),
        ]
        make_entry(model="polls.poll", object_id=odile.pk)
        make_entry(actor=admin.person.pk)
        query = str(odile.pk) if typed == "number" else typed
        assert listed_pks(admin.get(url, {"account": query})) == [mine[1].pk, mine[0].pk]

    @pytest.mark.parametrize("typed", ["personne@courriel.example", "²", "9" * 40, "' OR 1=1 --", "-1"])
    def test_unknown_account_returns_no_entries(self, admin, url, typed):
        make_entry()
        answer = admin.get(url, {"account": typed})
        assert answer.status_code == 200
        assert listed_pks(answer) == []


def test_page_has_50_rows_and_a_constant_number_of_queries(admin, url):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = admin.get(url)
        return len(captured), len(answer.context["object_list"])

    make_entry(actor=UserFactory().pk)
    admin.get(url)
    few, _rows = queries()
    for _number in range(60):
        make_entry(actor=UserFactory().pk, model="accounts.user", object_id=UserFactory().pk)
    many, rows = queries()
    assert rows == 50
    assert many == few


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_export_is_written_and_recorded_in_the_log(admin, url, file_format):
    make_entry(action=Act.WRONG_CODE, result="refused", actor=admin.person.pk)
    answer = admin.get(url, {"export": file_format, "result": "refused"})
    content = b"".join(answer.streaming_content)
    if file_format == "csv":
        header, row = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";")
        assert "Connexion refusée\xa0: code faux" in row
        assert len(header) == 9
    [entry] = Entry.objects.filter(action=Act.TABLE_TAKEN)
    assert (entry.actor, entry.details) == (admin.person.pk, f"auditlog.entry {file_format}")
