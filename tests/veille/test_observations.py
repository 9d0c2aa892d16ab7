"""Observations of the comparison: recorded by one user, published by another, corrected by a new row."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from common.errors import Refusal
from common.shown import BY_PROGRAM
from tests.factories import UserFactory
from tests.guards import guarded_by, sql
from tests.veille.benchmark import SOURCE, editor, make_city, make_criterion, published, recorded
from veille.benchmark.services import prepare, publish
from veille.errors import ObservationRefused
from veille.models import City, Criterion, Observation

pytestmark = pytest.mark.django_db

CHANGED, NOT_READ = "neither changed nor deleted", "published by two people"


@pytest.fixture
def cell():
    return make_city("Lyon"), make_criterion()


class TestReview:
    def test_observation_is_published_by_a_second_user_only(self, cell):
        observation = recorded(*cell)
        assert not Observation.objects.published().exists()
        publish(observation=observation, reader=editor(), now=timezone.now(), shown=BY_PROGRAM)
        assert list(Observation.objects.current()) == [observation]

    def test_recorder_cannot_publish_own_observation(self, cell):
        writer = editor()
        observation = recorded(*cell, by=writer)
        with pytest.raises(ObservationRefused, match="vous-même"):
            publish(observation=observation, reader=writer, now=timezone.now(), shown=BY_PROGRAM)
        assert Observation.objects.get().published_at is None

    def test_changing_a_pending_observation_changes_its_recorder(self, cell):
        """Otherwise the first user could write anything and publish it alone."""
        first, second = editor(), editor()
        recorded(*cell, by=first)
        changed = recorded(*cell, "non", by=second)
        assert Observation.objects.get().recorded_by == second
        with pytest.raises(ObservationRefused):
            publish(observation=changed, reader=second, now=timezone.now(), shown=BY_PROGRAM)
        publish(observation=changed, reader=first, now=timezone.now(), shown=BY_PROGRAM)
        assert Observation.objects.current().get().answer == "no"

    def test_publishing_needs_permission_a_recorder_and_an_unpublished_observation(self, cell):
        writer = editor()
        observation = recorded(*cell, by=writer)
        for refused, match in ((UserFactory(), "ne pouvez pas"), (editor(), "")):
            if not match:
                publish(observation=observation, reader=editor(), now=timezone.now(), shown=BY_PROGRAM)
                match = "déjà"
            with pytest.raises(ObservationRefused, match=match):
                publish(observation=observation, reader=refused, now=timezone.now(), shown=BY_PROGRAM)
        other = recorded(make_city(), cell[1], by=writer)
        writer.delete()
        with pytest.raises(ObservationRefused, match="n’a plus de compte"):
            publish(observation=other, reader=editor(), now=timezone.now(), shown=BY_PROGRAM)

    def test_observations_of_an_unpublished_criterion_are_not_published(self, cell):
        published(cell[0], make_criterion(published=False))
        assert not Observation.objects.published().exists()


class TestCorrection:
    def test_correction_is_a_new_row_with_a_reason(self, cell):
        first = published(*cell, "oui")
        with pytest.raises(ValidationError, match="pourquoi"):
            recorded(*cell, "non")
        second = published(*cell, "non", reason="Le site a fermé.")
        first.refresh_from_db()
        assert first.replaced_by == second
        assert list(Observation.objects.current()) == [second]
        assert Observation.objects.published().count() == 2

    def test_equal_value_is_not_recorded_again(self, cell):
        published(*cell)
        assert recorded(*cell) is None
        assert Observation.objects.count() == 1

    def test_observation_sent_twice_at_the_same_moment_is_recorded_once(self, cell, monkeypatch):
        name = "veille.benchmark.services.prepare"

        def prepare_before_the_other_request(data, **options):
            monkeypatch.setattr(name, prepare)
            observation = prepare(data, **options)
            recorded(*cell)
            return observation

        monkeypatch.setattr(name, prepare_before_the_other_request)
        assert recorded(*cell) is None
        assert Observation.objects.count() == 1

    def test_published_observation_is_current_until_its_correction_is_published(self, cell):
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
def test_value_is_parsed_and_displayed_by_kind(kind, written, display):
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
def test_invalid_value_is_refused(cell, kind, written):
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
def test_valid_source_and_past_day_are_required(cell, field, value):
    with pytest.raises(ValidationError) as refusal:
        recorded(*cell, **{field: value})
    assert set(refusal.value.message_dict) == {field}


def test_kind_of_a_criterion_with_observations_cannot_change(cell):
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
def test_published_observation_cannot_be_changed_or_deleted(cell, name):
    observation = published(*cell)
    before = list(ROWS.values())
    assert CHANGED in shut(lambda: CHANGES[name](observation))
    assert list(ROWS.values()) == before


def test_deletion_of_a_published_observation_raises_a_refusal(cell):
    observation = published(*cell)
    for attempt in (observation.delete, ROWS.all().delete):
        with pytest.raises(Refusal, match="publié"), transaction.atomic():
            attempt()


def test_truncate_and_replace_are_refused(cell):
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


def test_database_refuses_publication_without_source_or_second_reader(cell):
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


def test_cell_has_one_current_observation_at_most(cell):
    published(*cell)
    second = recorded(*cell, "non", reason="Le site a fermé.")
    raw = {"published_at": timezone.now(), "second_reader": editor()}
    assert NOT_READ in shut(lambda: ROWS.filter(pk=second.pk).update(**raw))
    with pytest.raises(IntegrityError), transaction.atomic():
        ROWS.filter(pk=second.pk).update(**raw)


def test_record_and_publish_succeed_with_the_guard_on(cell):
    assert shut(lambda: published(*cell)) == ""
    assert shut(lambda: published(*cell, "non", reason="Le site a fermé.")) == ""
    assert ROWS.current().get().answer == "no"


def test_deleting_accounts_clears_the_users_of_observations(cell):
    writer, reader = editor(), editor()
    observation = published(*cell, by=writer, reader=reader)
    assert shut(lambda: (writer.delete(), reader.delete())) == ""
    observation.refresh_from_db()
    assert (observation.recorded_by, observation.second_reader) == (None, None)
    assert ROWS.current().exists()


def test_city_and_criterion_with_observations_are_protected(cell):
    published(*cell)
    for one in cell:
        with pytest.raises(ProtectedError):
            one.delete()
    assert (City.objects.count(), Criterion.objects.count()) == (1, 1)


def test_pending_observation_can_be_deleted(cell):
    observation = recorded(*cell, source_url=SOURCE)
    assert shut(observation.delete) == ""
    assert not ROWS.exists()


def test_guard_has_a_single_switch():
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("INSERT INTO veille_observation_switch (id, is_open) VALUES (2, true)")


def test_decimals_of_a_number_are_preserved(cell):
    observation = recorded(cell[0], make_criterion(kind="number"), "33,25")
    assert Observation.objects.get(pk=observation.pk).number == Decimal("33.25")


def test_day_of_the_source_is_compared_in_paris_time(cell, time_machine):
    """At half past midnight in Paris it is still the previous day in UTC; a source seen today is accepted."""
    time_machine.move_to(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC), tick=False)
    assert recorded(*cell, source_seen_on=dt.date(2026, 7, 2))
