"""Searches without results: counted by month within limits, without data about the searcher."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import caches

from home.models import EmptySearch
from home.services import empty_searches
from home.services.empty_searches import forget_empty_searches, note_empty_search
from tests.factories import UserFactory
from tests.home.searching import get

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
REPORT = "/admin/recherches-sans-resultat/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def rows() -> dict[str, int]:
    return dict(EmptySearch.objects.values_list("words", "count"))


def test_searches_are_counted_once_a_minute_by_words_and_month(client, clock):
    for query in ("Zébu  poilu", "zebu poilu", "le zébu, poilu !"):
        get(client, query)
    assert rows() == {"zebu poilu": 1}
    clock.shift(61)
    get(client, "zébu poilu")
    assert rows() == {"zebu poilu": 2}
    clock.shift(10 * 86_400)
    get(client, "zébu poilu")
    assert sorted(EmptySearch.objects.values_list("month", "count")) == [
        (dt.date(2026, 11, 1), 2),
        (dt.date(2026, 12, 1), 1),
    ]


def test_searches_with_results_are_not_counted(client):
    get(client, "accessibilité")
    get(client, "")
    assert rows() == {}


def test_only_words_month_and_count_are_stored():
    assert {field.name for field in EmptySearch._meta.get_fields()} == {"id", "words", "month", "count"}


@pytest.mark.parametrize("query", ["odile@ville.example", "06 12 34 56 78", "zébu 12345", "14/10/1961", "?!"])
def test_possible_personal_data_is_not_stored(client, query):
    get(client, query)
    assert rows() == {}


def test_number_of_stored_searches_is_limited_per_month(monkeypatch):
    monkeypatch.setattr(empty_searches, "MOST_A_MONTH", 3)
    for letter in "abcdef":
        note_empty_search(query=f"zebu{letter}", today=NOW.date())
    assert len(rows()) == 3
    caches["local"].clear()
    note_empty_search(query="zebua", today=NOW.date())
    assert rows()["zebua"] == 2


def test_empty_searches_are_deleted_after_three_months():
    for month in (dt.date(2026, 8, 1), dt.date(2026, 9, 1)):
        EmptySearch.objects.create(words="zebu", month=month)
    assert forget_empty_searches(now=NOW) == 1
    assert EmptySearch.objects.get().month == dt.date(2026, 9, 1)


def test_report_shows_empty_searches_to_editors_only(client):
    note_empty_search(query="zébu", today=NOW.date())
    editor = UserFactory()
    editor.groups.add(Group.objects.get(name="Rédaction"))
    client.force_login(editor)
    text = client.get(REPORT).text
    assert "zebu" in text
    assert "11/2026" in text
    client.force_login(UserFactory())
    assert client.get(REPORT).status_code in (302, 403, 404)
