"""Titles of sessions: a day in them follows the session, and is not repeated; cancelled sessions in the list."""

import datetime as dt

import pytest

from committee.models import SessionIndexPage, SessionPage
from committee.services.session_dates import SharedDetails, create_sessions
from tests.committee.minutes import words_of
from tests.factories import SessionPageFactory

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
FEBRUARY_15 = dt.date(2027, 2, 15)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def words(title):
    return title.replace("\u00a0", " ")


def moved_to(page, *days):
    """Returns the session once its draft was moved to each of `days`, then published."""
    for day in days:
        page = SessionPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        page.starts_at, page.ends_at = (
            moment.replace(year=day.year, month=day.month, day=day.day) for moment in (page.starts_at, page.ends_at)
        )
        page.save_revision()
    page.latest_revision.publish()
    return SessionPage.objects.get(pk=page.pk)


def test_title_follows_the_session(client, editor_of):
    details = SharedDetails(starts=dt.time(18), ends=dt.time(20), place="Salle 32")
    [page] = create_sessions(
        days=[FEBRUARY_15], details=details, first_number=None, publishes=True, by=editor_of("Secrétariat")
    )
    assert words(page.title) == "Séance du 15 février 2027"
    page = moved_to(page, dt.date(2027, 3, 1), dt.date(2027, 2, 16))
    assert words(page.title) == words(page.draft_title) == "Séance du 16 février 2027"
    public = words_of(client.get(SessionIndexPage.objects.get().url))
    assert "Séance du 16 février" in public
    assert "15 février" not in public
    for written, day, expected in (
        ("Séance du mardi 16 février", dt.date(2027, 3, 1), "Séance du lundi 1er mars"),
        ("Lundi 1er mars 2027 : les démarches", dt.date(2027, 2, 16), "Mardi 16 février 2027 : les démarches"),
        ("Budget (16/02/2027)", dt.date(2028, 1, 11), "Budget (11/01/2028)"),
        # Other days, and the same digits in another number, stay.
        ("Suite du 10 janvier et du 111 janvier", dt.date(2028, 1, 12), "Suite du 10 janvier et du 111 janvier"),
        ("Reporté au 12 janvier", dt.date(2028, 1, 12), "Reporté au 12 janvier"),
    ):
        page.title = written
        page.save_revision()
        page = moved_to(page, day)
        assert words(page.title) == expected


def test_day_is_not_repeated_after_a_title_that_mentions_it():
    starts_at = dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC)
    headings = {
        "Séance du 16 février 2027": "Séance du 16 février 2027",
        "Séance du mardi 16 février": "Séance du mardi 16 février",
        "Les démarches": "Les démarches, 16 février 2027",
        "Suite du 6 février": "Suite du 6 février, 16 février 2027",
    }
    for title, expected in headings.items():
        assert words(SessionPage(title=title, starts_at=starts_at).dated_heading) == expected


def test_cancelled_session_is_listed_apart_from_those_to_come(client):
    for days, status in ((1, "scheduled"), (2, "scheduled"), (3, "cancelled")):
        starts_at = NOW + dt.timedelta(days=days)
        SessionPageFactory(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2), status=status)
    context = client.get(SessionIndexPage.objects.get().url).context
    assert [[page.slug for page in context[name]] for name in ("upcoming", "cancelled")] == [
        ["2026-12-03"],
        ["2026-12-04"],
    ]
