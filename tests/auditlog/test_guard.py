"""The audit log is append-only: the database refuses other changes from any client."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from auditlog.models import Entry, EntryKind
from auditlog.services import delete_old_entries
from mailing.ticking import tick
from tests.bulk import submit_edit
from tests.factories import UserFactory
from tests.guards import guarded_by, sql

pytestmark = pytest.mark.django_db

MESSAGE = "only grows"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
shut = guarded_by("auditlog_switch")


def make_entry(age: dt.timedelta = DAY, **fields) -> Entry:
    values = {"kind": EntryKind.SIGN_IN, "action": "sign_in.done", "at": timezone.now() - age}
    return Entry.objects.create(**values | fields)


@pytest.fixture
def entry():
    return make_entry()


def replaced(entry):
    entry.actor = 2
    Entry.objects.bulk_create([entry], update_conflicts=True, unique_fields=["id"], update_fields=["actor"])


def saved(entry):
    entry.actor = 2
    entry.save()


ATTEMPTS = {
    "save": saved,
    "update": lambda entry: Entry.objects.update(actor=2),
    "update without a change": lambda entry: Entry.objects.update(actor=F("actor")),
    "bulk update": lambda entry: Entry.objects.bulk_update([entry], ["at"]),
    "bulk create over it": replaced,
    "delete": lambda entry: entry.delete(),
    "delete all": lambda entry: Entry.objects.all().delete(),
    "raw update": lambda entry: sql("UPDATE auditlog_entry SET at = '2001-01-01' WHERE id = %s", entry.pk),
    "raw delete": lambda entry: sql("DELETE FROM auditlog_entry"),
    "of a day short of a year": lambda entry: make_entry(364 * DAY).delete(),
}
VENDOR_STATEMENTS = {
    "postgresql": ["TRUNCATE auditlog_entry", "TRUNCATE auditlog_entry CASCADE"],
    "sqlite": ["REPLACE INTO auditlog_entry SELECT * FROM auditlog_entry"],
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_entry_cannot_be_changed_or_deleted(entry, attempt):
    before = list(Entry.objects.values())
    assert MESSAGE in shut(lambda: ATTEMPTS[attempt](entry))
    assert list(Entry.objects.values()) == before


def test_vendor_specific_statements_are_rejected(entry):
    for statement in VENDOR_STATEMENTS[connection.vendor]:
        assert MESSAGE in shut(lambda statement=statement: sql(statement))
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_guard_has_a_single_switch():
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("INSERT INTO auditlog_switch (id, is_open) VALUES (2, true)")


@pytest.mark.parametrize(
    ("age", "refused"),
    [(0 * DAY, False), (2 * HOUR, False), (4 * HOUR, True), (100 * DAY, True), (-2 * HOUR, False), (-4 * HOUR, True)],
)
def test_entry_dated_far_from_the_current_time_is_rejected(age, refused):
    answer = shut(lambda: make_entry(age))
    assert (MESSAGE in answer) is refused
    assert Entry.objects.exists() is not refused


def test_tick_deletes_entries_older_than_a_year():
    recent, _old = make_entry(364 * DAY), make_entry(367 * DAY)
    summaries = []
    assert shut(lambda: summaries.append(str(tick(now=timezone.now())))) == ""
    assert "1 erased of auditlog.entries" in summaries[0]
    assert list(Entry.objects.all()) == [recent]


def test_shortened_retention_period_in_the_code_deletes_nothing(monkeypatch):
    make_entry(100 * DAY)
    monkeypatch.setattr(Entry, "RETENTION", 30 * DAY)
    assert MESSAGE in shut(lambda: delete_old_entries(now=timezone.now()))


class TestFailure:
    """An act is rolled back if its entry cannot be written."""

    @pytest.fixture
    def broken(self, monkeypatch):
        def fail(*args, **kwargs):
            raise Error("no room")

        monkeypatch.setattr(Entry, "save", fail)

    @pytest.fixture
    def signed_in(self, client):
        client.force_login(UserFactory(is_superuser=True))
        return client

    def test_act_is_rolled_back(self, signed_in, user, request):
        """A group is added on the form of an account: neither the group nor the other fields are saved."""
        address = reverse("wagtailusers_users:edit", args=[user.pk])
        request.getfixturevalue("broken")
        group = Group.objects.get(name="Animation")
        data = {"email": user.email, "public_name": "Autre N.", "is_active": "on", "groups": [group.pk]}
        with pytest.raises(Error, match="no room"):
            submit_edit(signed_in, address, data | {"password1": "", "password2": ""})
        assert not user.groups.exists()
        assert User.objects.get(pk=user.pk).public_name == user.public_name

    def test_line_is_logged_anyway(self, user, broken, lines):
        user.is_active = False
        with pytest.raises(Error, match="no room"), transaction.atomic():
            user.save()
        assert User.objects.get(pk=user.pk).is_active
        [line] = lines()
        assert (line["action"], line["entry"], line["object_id"]) == ("rights.active", None, str(user.pk))
