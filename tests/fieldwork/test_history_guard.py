"""Append-only tables of the history of findings and of new trials: the database refuses updates and deletions."""
# ruff: noqa: S608

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.shown import BY_PROGRAM
from fieldwork.models import Finding, FindingStep, Retest
from fieldwork.trials.services.retests import retest
from fieldwork.trials.services.states import change_state
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import FindingFactory
from tests.fieldwork.trial_people import coordinator
from tests.guards import guarded_by, sql
from tests.tables import assert_table, undone

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, Role = Finding.State, FindingStep.Role
STEP, AGAIN = "fieldwork_findingstep", "fieldwork_retest"
TABLES = {STEP: FindingStep, AGAIN: Retest}
shut = guarded_by("fieldwork_history_switch")


def all_rows():
    return [list(model.objects.order_by("pk").values()) for model in TABLES.values()]


@pytest.fixture
def finding():
    """Returns a finding with a step by the team and a new trial, which added another step."""
    made, now = FindingFactory(state=State.SAID_FIXED, said_fixed_by=UserFactory()), timezone.now()
    change_state(
        finding=made,
        state=State.TO_TEST,
        role=Role.TEAM,
        actor=coordinator(),
        now=now,
        reason="Essayez.",
        shown=BY_PROGRAM,
    )
    tried = {"outcome": Retest.Outcome.WORKS, "tested_on": timezone.localdate(), "key": uuid.uuid4()}
    retest(finding=made, tester=UserFactory(), now=now, **tried)
    return made


CHANGES = {
    "the state it came from": f"UPDATE {STEP} SET from_state = 'confirme' WHERE to_state = 'a-reverifier'",
    "the state it led to": f"UPDATE {STEP} SET to_state = 'ecarte' WHERE to_state = 'a-reverifier'",
    "its words": f"UPDATE {STEP} SET reason = 'Rien.'",
    "its date": f"UPDATE {STEP} SET at = '2001-01-01 00:00:00+00:00'",
    "its role": f"UPDATE {STEP} SET role = 'service'",
    "its finding": f"UPDATE {STEP} SET finding_id = finding_id + 1",
    "its number": f"UPDATE {STEP} SET id = id + 1000",
    "a reminder of it": f"UPDATE {STEP} SET kind = 'relance', from_state = to_state",
    "the new trial that made it": f"UPDATE {STEP} SET retest_id = NULL, to_state = 'revenu' WHERE to_state = 'verifie'",
    "who did it": f"UPDATE {STEP} SET actor_id = (SELECT MAX(id) FROM accounts_user) WHERE to_state = 'a-reverifier'",
    "the outcome of a new trial": f"UPDATE {AGAIN} SET outcome = 'persiste'",
    "its day": f"UPDATE {AGAIN} SET tested_on = '2001-01-01'",
    "its version": f"UPDATE {AGAIN} SET version = '9'",
    "its note": f"UPDATE {AGAIN} SET note = 'Rien.'",
    "its key": f"UPDATE {AGAIN} SET idempotency_key = '00000000000000000000000000000000'",
    "its tester": f"UPDATE {AGAIN} SET tester_id = (SELECT MIN(id) FROM accounts_user)",
    "who said it was fixed": f"UPDATE {AGAIN} SET said_fixed_by_id = (SELECT MAX(id) FROM accounts_user)",
    "deletion of a step": f"DELETE FROM {STEP}",
    "deletion of a new trial": f"DELETE FROM {AGAIN}",
}


def test_updates_and_deletions_in_sql_are_refused(finding):
    before, found = all_rows(), {}
    for attempt, statement in CHANGES.items():
        with undone():
            error = shut(lambda statement=statement: sql(statement))
            found[attempt] = "only added" in error, all_rows() == before
    assert_table(found, dict.fromkeys(CHANGES, (True, True)))


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_raw_delete_and_queryset_update_are_refused(finding, model):
    rows, before = model.objects.all(), all_rows()
    assert "only added" in shut(lambda: rows._raw_delete("default"))
    assert "only added" in shut(lambda: rows.update(finding=FindingFactory()))
    assert all_rows() == before


def copy(table, *, key):
    """Returns SQL that copies each row of `table`, with the id `key`, over the row with the same unique value."""
    columns = [field.column for field in TABLES[table]._meta.concrete_fields]
    values = ", ".join(key if name == "id" else name for name in columns)
    return f"REPLACE INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"


def test_truncate_and_replace_are_refused(finding):
    before = all_rows()
    for statement in {
        "postgresql": [f"TRUNCATE {STEP}", f"TRUNCATE {STEP}, {AGAIN}", f"TRUNCATE {AGAIN} CASCADE"],
        # A new trial also has a unique `key`: with another id the copy replaces the row as well.
        "sqlite": [copy(STEP, key="id"), copy(AGAIN, key="id"), copy(AGAIN, key="id + 1000")],
    }[connection.vendor]:
        assert "only added" in shut(lambda statement=statement: sql(statement)), statement
    assert all_rows() == before


def test_retest_succeeds_with_the_guard_on(finding):
    found = {"outcome": Retest.Outcome.STILL_THERE, "tested_on": timezone.localdate(), "key": uuid.uuid4()}
    assert shut(lambda: retest(finding=finding, tester=UserFactory(), now=timezone.now(), **found)) == ""
    assert FindingStep.objects.filter(finding=finding, to_state=State.CAME_BACK).exists()


def test_deleting_accounts_only_clears_the_users_of_the_history(finding):
    again = Retest.objects.get()
    people = [again.tester, again.said_fixed_by, *(step.actor for step in FindingStep.objects.exclude(actor=None))]
    number = FindingStep.objects.count()
    assert shut(lambda: [person.delete() for person in {one.pk: one for one in people}.values()]) == ""
    again.refresh_from_db()
    assert (again.tester, again.said_fixed_by) == (None, None)
    assert not FindingStep.objects.exclude(actor=None).exists()
    assert FindingStep.objects.count() == number


def test_guard_has_a_single_switch():
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("INSERT INTO fieldwork_history_switch (id, is_open) VALUES (2, true)")
