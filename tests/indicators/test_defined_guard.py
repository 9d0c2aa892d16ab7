"""Database guard of indicators: values need a source and are append-only, adopted definitions cannot change."""
# ruff: noqa: S608

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from common.shown import BY_PROGRAM
from indicators.defined.services import adopt
from indicators.errors import IndicatorRefused
from indicators.models import Adoption, Indicator, Measurement
from tests.factories import UserFactory
from tests.guards import guarded_by, sql
from tests.indicators.factories import SOURCE, correct, make_adopted, make_held, make_indicator, make_value
from tests.tables import assert_table, undone

pytestmark = pytest.mark.django_db

HELD = dt.datetime(2026, 10, 5, 18, tzinfo=dt.UTC)
LATER = HELD + dt.timedelta(days=15)
shut = guarded_by("indicators_switch")


@pytest.fixture
def value():
    return make_value(make_adopted(), "2025", 62, recorded_by=UserFactory())


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-20T22:30:00Z", tick=False):
        yield


M, A, I = "indicators_measurement", "indicators_adoption", "indicators_indicator"  # noqa: E741 short on purpose
COLUMNS = "indicator_id, period, value, base, note, query, reason, source_url, source_title, source_seen_on"
COPY = f"INSERT INTO {M} ({COLUMNS}, replaces_id, recorded_at, published_at) SELECT "
FORBIDDEN_CHANGES = {
    "value": f"UPDATE {M} SET value = 99",
    "value, by itself": f"UPDATE {M} SET value = value + 0.1",
    "base": f"UPDATE {M} SET base = 3",
    "period": f"UPDATE {M} SET period = '2024'",
    "note": f"UPDATE {M} SET note = 'x'",
    "reason": f"UPDATE {M} SET reason = 'x'",
    "source": f"UPDATE {M} SET source_url = 'https://autre.example/'",
    "day of the source": f"UPDATE {M} SET source_seen_on = NULL",
    "who recorded it": f"UPDATE {M} SET recorded_by_id = recorded_by_id + 1",
    "when it was recorded": f"UPDATE {M} SET recorded_at = '2001-01-01'",
    "when it was published": f"UPDATE {M} SET published_at = NULL",
    "deletion": f"DELETE FROM {M}",
    "question that was adopted": f"UPDATE {I} SET question = 'Autre ?'",
    "target that was adopted": f"UPDATE {I} SET target = 10, target_on = '2030-01-01'",
    "source that was adopted": f"UPDATE {I} SET source_url = 'https://autre.example/'",
    "state": f"UPDATE {I} SET state = 'proposed', session_id = NULL, adopted_at = NULL",
    "address": f"UPDATE {I} SET slug = 'autre'",
    "deletion of the indicator": f"DELETE FROM {I}",
    "adoption": f"UPDATE {A} SET target = 10, target_on = '2030-01-01'",
    "adoption, its reason": f"UPDATE {A} SET reason = 'x'",
    "deletion of the adoption": f"DELETE FROM {A}",
    "second value of a period": f"{COPY} {COLUMNS}, NULL, recorded_at, published_at FROM {M}",
    "correction of another period": (
        f"{COPY} indicator_id, '2024', 1, base, note, query, 'x', source_url, source_title, source_seen_on,"
        f" id, recorded_at, published_at FROM {M}"
    ),
    "correction without a reason": f"{COPY} {COLUMNS}, id, recorded_at, published_at FROM {M}",
}
WITHOUT_A_SOURCE = {
    "no address": "'', 'x', '2026-01-01', NULL, recorded_at, published_at",
    "an address that is none": "'javascript:x', 'x', '2026-01-01', NULL, recorded_at, published_at",
    "no day": "source_url, 'x', NULL, NULL, recorded_at, published_at",
    "not published": "'', 'x', NULL, NULL, recorded_at, NULL",
}
VENDOR_STATEMENTS = {
    "postgresql": [f"TRUNCATE {M}", f"TRUNCATE {A}", f"TRUNCATE {I} CASCADE"],
    "sqlite": [f"REPLACE INTO {table} SELECT * FROM {table}" for table in (M, A, I)],
}


def all_rows():
    return [list(model.objects.order_by("pk").values()) for model in (Indicator, Adoption, Measurement)]


def test_database_refuses_changes_to_adopted_indicators_and_their_values(value):
    before, results = all_rows(), {}
    for attempt, statement in FORBIDDEN_CHANGES.items():
        with undone():
            error = shut(lambda statement=statement: sql(statement))
            results[attempt] = error != "", all_rows() == before
    assert_table(results, dict.fromkeys(FORBIDDEN_CHANGES, (True, True)))


@pytest.mark.parametrize("attempt", WITHOUT_A_SOURCE)
def test_database_refuses_values_without_a_source(value, attempt):
    row = f"indicator_id, '2024', 10, NULL, '', '', '', {WITHOUT_A_SOURCE[attempt]}"
    assert shut(lambda: sql(f"{COPY} {row} FROM {M}"))
    good = "indicator_id, '2024', 10, NULL, '', '', '', source_url, 'x', '2026-01-01', NULL, recorded_at, published_at"
    assert shut(lambda: sql(f"{COPY} {good} FROM {M}")) == "", "control: the row is valid otherwise"


def test_database_refuses_a_missing_value_without_a_base(value):
    row = "indicator_id, '2024', NULL, NULL, '', '', '', source_url, 'x', '2026-01-01', NULL, recorded_at, published_at"
    assert shut(lambda: sql(f"{COPY} {row} FROM {M}"))


def test_database_refuses_vendor_specific_statements(value):
    before = all_rows()
    for statement in VENDOR_STATEMENTS[connection.vendor]:
        assert "only added" in shut(lambda statement=statement: sql(statement)), statement
    assert all_rows() == before


def test_state_becomes_adopted_through_an_adoption_only():
    indicator = make_indicator()
    session = make_held(HELD)
    statement = f"UPDATE {I} SET state = 'adopted', session_id = %s, adopted_at = '2026-01-01' WHERE id = %s"
    assert "only added" in shut(lambda: sql(statement, session.pk, indicator.pk))
    assert shut(lambda: adopt(indicator=indicator, session=session, now=LATER, shown=BY_PROGRAM)) == ""
    without = make_indicator("Sans source", source_url="")
    assert shut(lambda: sql(statement, session.pk, without.pk))
    with pytest.raises(IndicatorRefused, match="adresse de la source"):
        adopt(indicator=without, session=session, now=LATER, shown=BY_PROGRAM)


def test_values_remain_after_their_author_is_erased(value):
    author = value.recorded_by
    assert shut(author.delete) == ""
    value.refresh_from_db()
    assert value.recorded_by is None


def test_correction_preserves_the_former_value(value):
    corrections = []
    assert shut(lambda: corrections.append(correct(value, 64))) == ""
    rows = list(Measurement.objects.order_by("pk").values_list("value", "replaces", "reason"))
    assert rows == [(62, None, ""), (64, value.pk, "La source a publié une valeur révisée.")]
    assert list(Measurement.objects.current()) == corrections
    with pytest.raises(ValidationError, match="déjà été corrigée"):
        correct(value, 65)
    correct(corrections[0], 65)
    assert Measurement.objects.current().get().value == 65


def test_change_of_adopted_terms_preserves_the_former_adoption(value):
    indicator = value.indicator
    indicator.target, indicator.target_on = 80, "2027-12-31"
    with pytest.raises(ValidationError, match="autre séance"):
        indicator.full_clean()
    session, now = make_held(HELD), LATER
    terms = {"target": 80, "target_on": now.date()}
    with pytest.raises(IndicatorRefused, match="pourquoi"):
        adopt(indicator=indicator, session=session, now=now, terms=terms, shown=BY_PROGRAM)
    arguments = {"indicator": indicator, "session": session, "terms": terms, "reason": "La ville a promis plus."}
    assert shut(lambda: adopt(now=now, **arguments, shown=BY_PROGRAM)) == ""
    assert [(one.target, one.reason) for one in indicator.adoptions.all()] == [(None, ""), (80, arguments["reason"])]
    indicator.refresh_from_db()
    assert (indicator.target, indicator.session) == (80, session)


def test_future_or_cancelled_session_cannot_adopt_an_indicator():
    indicator, session = make_indicator(), make_held(HELD)
    with pytest.raises(IndicatorRefused, match="a eu lieu"):
        adopt(indicator=indicator, session=session, now=HELD, shown=BY_PROGRAM)
    session.status = "cancelled"
    session.save()
    with pytest.raises(IndicatorRefused, match="a eu lieu"):
        adopt(indicator=indicator, session=session, now=LATER, shown=BY_PROGRAM)
    indicator.refresh_from_db()
    assert indicator.state == "proposed"
    assert indicator.source_url == SOURCE
