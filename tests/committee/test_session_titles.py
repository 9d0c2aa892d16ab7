"""A day in the title of a session follows the session to another day, whoever wrote it."""

import datetime as dt

import pytest

from committee.models import SessionIndexPage, SessionPage
from committee.services.session_dates import SharedDetails, create_sessions
from tests.committee.minutes import words_of

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
