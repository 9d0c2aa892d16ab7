"""Observations of the comparison: recorded by one user, published by another, corrected by a new row."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from common.errors import Refusal
from tests.factories import UserFactory
from tests.guards import guarded_by, sql
from tests.veille.benchmark import SOURCE, editor, make_city, make_criterion, published, recorded
from veille.benchmark.services import publish
from veille.errors import ObservationRefused
from veille.migrations import _observation_guard
from veille.models import City, Criterion, Observation

pytestmark = pytest.mark.django_db

CHANGED, NOT_READ = "neither changed nor deleted", "published by two people"


@pytest.fixture
def cell():
    return make_city("Lyon"), make_criterion()


class TestReading:
    def test_what_one_person_records_is_read_by_nobody_before_another_one_has_read_it(self, cell):
        observation = recorded(*cell)
        assert not Observation.objects.published().exists()
        publish(observation=observation, reader=editor(), now=timezone.now())
        assert list(Observation.objects.current()) == [observation]

    def test_nobody_reads_over_what_they_recorded(self, cell):
        writer = editor()
        observation = recorded(*cell, by=writer)
        with pytest.raises(ObservationRefused, match="vous-même"):
            publish(observation=observation, reader=writer, now=timezone.now())
        assert Observation.objects.get().published_at is None

    def test_who_changes_what_waits_is_its_recorder(self, cell):
        """Otherwise the first user could write anything and publish it alone."""
        first, second = editor(), editor()
        recorded(*cell, by=first)
        changed = recorded(*cell, "non", by=second)
        assert Observation.objects.get().recorded_by == second
        with pytest.raises(ObservationRefused):
            publish(observation=changed, reader=second, now=timezone.now())
        publish(observation=changed, reader=first, now=timezone.now())
        assert Observation.objects.current().get().answer == "no"

    def test_not_without_the_right_not_twice_not_after_the_recorder_left(self, cell):
        writer = editor()
        observation = recorded(*cell, by=writer)
        for refused, match in ((UserFactory(), "ne pouvez pas"), (editor(), "")):
            if not match:
                publish(observation=observation, reader=editor(), now=timezone.now())
                match = "déjà"
            with pytest.raises(ObservationRefused, match=match):
                publish(observation=observation, reader=refused, now=timezone.now())
        other = recorded(make_city(), cell[1], by=writer)
        writer.delete()
        with pytest.raises(ObservationRefused, match="n’a plus de compte"):
            publish(observation=other, reader=editor(), now=timezone.now())

    def test_a_criterion_that_is_not_published_shows_nothing(self, cell):
        published(cell[0], make_criterion(published=False))
        assert not Observation.objects.published().exists()


class TestCorrection:
    def test_it_is_a_row_of_its_own_with_a_reason(self, cell):
        first = published(*cell, "oui")
        with pytest.raises(ValidationError, match="pourquoi"):
            recorded(*cell, "non")
        second = published(*cell, "non", reason="Le site a fermé.")
        first.refresh_from_db()
        assert first.replaced_by == second
        assert list(Observation.objects.current()) == [second]
        assert Observation.objects.published().count() == 2

    def test_what_says_the_same_is_not_recorded_again(self, cell):
        published(*cell)
        assert recorded(*cell) is None
        assert Observation.objects.count() == 1

    def test_while_it_waits_the_old_one_stays(self, cell):
        first = published(*cell, "oui")
        waiting = recorded(*cell, "non", reason="Le site a fermé.")
        assert list(Observation.objects.current()) == [first]
        assert list(Observation.objects.last_written()) == [waiting]


@pytest.mark.parametrize(
    ("kind", "written", "display"),
    [
        ("answer", "Oui", "Oui"),
        ("answer", " en  partie ", "En partie"),
        ("number", "482384", "482\u00a0384 %"),
        ("number", "33,20", "33,2 %"),
        ("number", "1 000.25", "1\u00a0000,25 %"),
        ("number", "0", "0 %"),
        ("text", "un  guichet", "un guichet"),
    ],
)
def test_an_answer_is_read_and_shown_by_its_kind(kind, written, display):
    observation = recorded(make_city(), make_criterion(kind=kind, unit="%" if kind == "number" else ""), written)
    observation = Observation.objects.get(pk=observation.pk)
    assert observation.in_words.replace("\u202f", "\u00a0") == display
    assert recorded(observation.city, observation.criterion, observation.written) is None


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("answer", one) for one in ("", " ", "peut-être", "1")),
        *(("number", one) for one in ("", "x", "NaN", "inf", "-1", "1,234", "1e20", "oui")),
        *(("text", one) for one in ("", "x" * 201)),
    ],
)
def test_what_does_not_answer_is_refused_at_the_value(cell, kind, written):
    with pytest.raises(ValidationError) as refusal:
        recorded(cell[0], make_criterion(kind=kind), written)
    assert set(refusal.value.message_dict) == {"value"}
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_url", ""),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "ftp://ville.example/"),
        ("source_seen_on", None),
        ("source_seen_on", dt.date(2999, 1, 1)),
    ],
)
def test_no_finding_without_a_source_and_a_day_that_was(cell, field, value):
    with pytest.raises(ValidationError) as refusal:
        recorded(*cell, **{field: value})
    assert set(refusal.value.message_dict) == {field}


def test_a_kind_does_not_change_under_what_was_found(cell):
    recorded(*cell)
    cell[1].kind = "text"
    with pytest.raises(ValidationError):
        cell[1].clean()


# --- The database ---------------------------------------------------------------------------------------------------


shut = guarded_by("veille_observation_switch")
ROWS = Observation.objects
CHANGES = {
    "save": lambda found: setattr(found, "answer", "no") or found.save(),
    "update": lambda found: ROWS.update(answer="no"),
    "source": lambda found: ROWS.update(source_url="https://autre.example/"),
    "day": lambda found: ROWS.update(source_seen_on=F("recorded_at")),
    "take back": lambda found: ROWS.update(published_at=None),
    "another recorder": lambda found: ROWS.update(recorded_by=editor()),
    "another city": lambda found: ROWS.update(city=make_city()),
    "delete": lambda found: ROWS.all()._raw_delete("default"),
    "raw delete": lambda found: sql("DELETE FROM veille_observation"),
    "raw update": lambda found: sql("UPDATE veille_observation SET text = 'x', answer = ''"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_published_finding_is_neither_changed_nor_deleted(cell, name):
    observation = published(*cell)
    before = list(ROWS.values())
    assert CHANGED in shut(lambda: CHANGES[name](observation))
    assert list(ROWS.values()) == before


def test_a_deletion_is_refused_in_words(cell):
    observation = published(*cell)
    for attempt in (observation.delete, ROWS.all().delete):
        with pytest.raises(Refusal, match="publié"), transaction.atomic():
            attempt()


def test_nor_by_what_only_one_database_knows(cell):
    observation = published(*cell)
    before = list(ROWS.values())
    columns = [field.column for field in Observation._meta.concrete_fields]
    values = ", ".join(f"{observation.pk + 1}" if name == "id" else name for name in columns)
    for statement in {
        # Withdrawals reference observations: without that table PostgreSQL refuses before the guard runs.
        "postgresql": ["TRUNCATE veille_observation, veille_withdrawal", "TRUNCATE veille_observation CASCADE"],
        "sqlite": [
            "REPLACE INTO veille_observation SELECT * FROM veille_observation",
            f"REPLACE INTO veille_observation ({', '.join(columns)}) SELECT {values} FROM veille_observation",  # noqa: S608
        ],
    }[connection.vendor]:
        assert shut(lambda statement=statement: sql(statement))
        assert list(ROWS.values()) == before


def test_there_is_no_way_to_a_published_cell_without_a_source_or_with_one_reader(cell):
    """Raw UPDATEs of an unpublished row, and INSERTs, with the guard enabled as on a site."""
    reader = editor()
    recorded(*cell)
    published_now = f"published_at = CURRENT_TIMESTAMP, second_reader_id = {reader.pk}"
    ways = [
        f"{published_now}, source_url = ''",
        f"{published_now}, source_url = 'ftp://ville.example/'",
        f"{published_now}, source_url = 'rapport'",
        f"{published_now}, source_seen_on = NULL",
        f"{published_now}, recorded_by_id = NULL",
        f"{published_now}, recorded_by_id = {reader.pk}",
        "published_at = CURRENT_TIMESTAMP",
        "published_at = CURRENT_TIMESTAMP, second_reader_id = recorded_by_id",
        f"{published_now}, answer = ''",
        f"{published_now}, text = 'x'",
    ]
    columns = [field.column for field in Observation._meta.concrete_fields if field.column != "id"]
    for way in ways:
        assert shut(lambda way=way: sql(f"UPDATE veille_observation SET {way}")), way  # noqa: S608
        values = dict(part.split(" = ") for part in way.split(", "))
        inserted = ", ".join(values.get(name, name) for name in columns)
        statement = f"INSERT INTO veille_observation ({', '.join(columns)}) SELECT {inserted} FROM veille_observation"  # noqa: S608
        assert shut(lambda statement=statement: sql(statement)), way
    assert not ROWS.filter(published_at__isnull=False).exists()
    # Control: with all the fields, the same statement is accepted.
    assert shut(lambda: sql(f"UPDATE veille_observation SET {published_now}")) == ""  # noqa: S608
    assert ROWS.current().exists()


def test_one_published_finding_for_a_cell(cell):
    published(*cell)
    second = recorded(*cell, "non", reason="Le site a fermé.")
    raw = {"published_at": timezone.now(), "second_reader": editor()}
    assert NOT_READ in shut(lambda: ROWS.filter(pk=second.pk).update(**raw))
    with pytest.raises(IntegrityError), transaction.atomic():
        ROWS.filter(pk=second.pk).update(**raw)


def test_the_services_go_through_with_the_switch_shut(cell):
    assert shut(lambda: published(*cell)) == ""
    assert shut(lambda: published(*cell, "non", reason="Le site a fermé.")) == ""
    assert ROWS.current().get().answer == "no"


def test_who_leaves_the_site_leaves_the_findings(cell):
    writer, reader = editor(), editor()
    observation = published(*cell, by=writer, reader=reader)
    assert shut(lambda: (writer.delete(), reader.delete())) == ""
    observation.refresh_from_db()
    assert (observation.recorded_by, observation.second_reader) == (None, None)
    assert ROWS.current().exists()


def test_a_city_and_a_criterion_stay_under_their_findings(cell):
    published(*cell)
    for one in cell:
        with pytest.raises(ProtectedError):
            one.delete()
    assert (City.objects.count(), Criterion.objects.count()) == (1, 1)


def test_what_waits_is_deleted(cell):
    observation = recorded(*cell, source_url=SOURCE)
    assert shut(observation.delete) == ""
    assert not ROWS.exists()


def test_there_is_one_switch_and_the_site_keeps_it_shut():
    """`config.settings.test` turns the guard off; on a site it stays as the migration sets it."""
    assert "false" in _observation_guard.MAKE_SWITCH[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("INSERT INTO veille_observation_switch (id, is_open) VALUES (2, true)")


def test_a_number_keeps_its_decimals(cell):
    observation = recorded(cell[0], make_criterion(kind="number"), "33,25")
    assert Observation.objects.get(pk=observation.pk).number == Decimal("33.25")


def test_today_is_the_day_of_paris(cell, time_machine):
    """At half past midnight in Paris it is still the previous day in UTC; a source seen today is accepted."""
    time_machine.move_to(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC), tick=False)
    assert recorded(*cell, source_seen_on=dt.date(2026, 7, 2))
