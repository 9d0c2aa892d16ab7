"""Duplication of a session (« Dupliquer pour la prochaine séance »)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from cms.blocks import BodyBlock
from committee.admin.dashboard import NextSessionPanel
from committee.admin.duplication import duplicate, next_free_day
from committee.admin.session_list import missing_of
from committee.models import (
    AgendaItem,
    Attendance,
    SessionDecision,
    SessionExpert,
    SessionPage,
    WorkshopGroup,
)
from common.templatetags.dates import CITY_ZONE
from tests.factories import MandateFactory, SessionPageFactory, TopicPageFactory, UserFactory

pytestmark = pytest.mark.django_db

STARTS = dt.datetime(2019, 3, 11, 18, 30, tzinfo=CITY_ZONE)
WEEKS = dt.timedelta(weeks=1)


@pytest.fixture
def session():
    page = SessionPageFactory(
        starts_at=STARTS,
        ends_at=STARTS + dt.timedelta(hours=2),
        number=3,
        place="Salle 3",
        access="Ascenseur",
        online_link="https://visio.example/une-salle",
        open_to_public=False,
        minutes=BodyBlock().to_python([{"type": "text", "value": "<p>Décidé.</p>"}]),
    )
    facts = {"presenter": "Sylvie R.", "topic": TopicPageFactory(), "starts_at": dt.time(18, 30), "minutes": 20}
    page.agenda_items.add(AgendaItem(title="Tour de table", **facts), AgendaItem(title="Bilan"))
    page.decisions.add(SessionDecision(text="Une décision."))
    page.experts.add(SessionExpert(name="Paul G."))
    page.workshop_groups.add(WorkshopGroup(name="Table 1"))
    page.save_revision().publish()
    seat = MandateFactory().seat
    Attendance.objects.create(session=page, seat=seat, state="present", how="sheet", recorded_at=STARTS)
    return page


def test_duplicate_copies_time_place_and_agenda_but_no_results(session):
    user = UserFactory()
    draft = duplicate(session=session, day=dt.date(2019, 4, 8), number=4, user=user)
    draft = SessionPage.objects.get(pk=draft.pk)
    assert (draft.live, draft.slug, draft.owner) == (False, "2019-04-08", user)
    # Daylight saving time began in between: the local time stays the same.
    assert draft.starts_at == dt.datetime(2019, 4, 8, 18, 30, tzinfo=CITY_ZONE)
    assert draft.ends_at - draft.starts_at == dt.timedelta(hours=2)
    assert (draft.place, draft.access, draft.open_to_public) == ("Salle 3", "Ascenseur", False)
    points = draft.agenda_items.values_list("title", "starts_at", "minutes", "presenter", "topic")
    assert list(points) == [("Tour de table", dt.time(18, 30), 20, "", None), ("Bilan", None, None, "", None)]
    assert not draft.minutes
    assert draft.minutes_published_at is None
    assert (draft.online_link, draft.number) == ("", 4)
    for rows in (draft.decisions, draft.documents, draft.experts, draft.workshop_groups, draft.attendances):
        assert not rows.exists()
    assert str(draft.heading).replace("\u00a0", " ") == "Séance du 8 avril 2019"
    # The form shows the same as the row, because the revision includes the agenda.
    assert [item.title for item in draft.get_latest_revision_as_object().agenda_items.all()] == [
        "Tour de table",
        "Bilan",
    ]


def test_duplicate_of_a_session_past_midnight_ends_on_the_next_day(session):
    SessionPage.objects.filter(pk=session.pk).update(ends_at=STARTS + dt.timedelta(hours=6))
    session.refresh_from_db()
    draft = duplicate(session=session, day=dt.date(2019, 4, 8), number=None, user=UserFactory())
    assert draft.ends_at == dt.datetime(2019, 4, 9, 0, 30, tzinfo=CITY_ZONE)


def test_default_day_is_free_in_the_future_and_a_multiple_of_four_weeks(session):
    assert next_free_day(session, STARTS.date()) == dt.date(2019, 4, 8)
    SessionPageFactory(starts_at=STARTS + 4 * WEEKS, ends_at=STARTS + 4 * WEEKS + dt.timedelta(hours=1), live=False)
    assert next_free_day(session, STARTS.date()) == dt.date(2019, 5, 6)
    assert next_free_day(session, dt.date(2026, 11, 24)) == dt.date(2026, 12, 7)
    # The next regular day, 25 May 2026, is Whit Monday.
    assert next_free_day(session, dt.date(2026, 4, 28)) == dt.date(2026, 6, 22)


@time_machine.travel(STARTS + dt.timedelta(days=1), tick=False)
def test_secretariat_can_duplicate_a_session_in_the_admin(client, editor_of, session):
    address = reverse("session_duplicate", args=[session.pk])
    client.force_login(editor_of("Rédaction"))
    assert client.get(address).status_code == 302
    assert not SessionPage.objects.filter(slug="2019-04-08").exists()
    client.force_login(editor_of("Secrétariat"))
    for screen in (
        reverse("wagtailadmin_pages:edit", args=[session.pk]),
        reverse("wagtailadmin_explore", args=[session.get_parent().pk]),
    ):
        text = client.get(screen).content.decode()
        assert address in text
        assert "/membres/seances/2019-03-11/presence/" in text
    text = client.get(address).content.decode()
    assert 'value="08/04/2019"' in text
    assert 'value="4"' in text
    taken = client.post(address, {"day": "2019-03-11"})
    assert "Choisissez un autre jour" in taken.content.decode()
    answer = client.post(address, {"day": "2019-04-08", "number": "4"})
    draft = SessionPage.objects.get(slug="2019-04-08")
    assert draft.number == 4
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_copy_of_a_session_is_a_draft(client, editor_of, session):
    """The day of the original is taken until an editor writes another one."""
    client.force_login(editor_of("Secrétariat"))
    index = session.get_parent().pk
    sent = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": index, "publish_copies": "on"}
    assert client.post(reverse("wagtailadmin_pages:copy", args=[session.pk]), sent).status_code == 302
    assert not SessionPage.objects.get(slug="copie").live


def test_topic_is_not_copied(client, editor_of):
    """Another topic with the same number would be refused."""
    client.force_login(editor_of("Secrétariat"))
    topic = TopicPageFactory()
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[topic.pk]))
    address = reverse("wagtailadmin_pages:copy", args=[topic.pk])
    assert edit.status_code == 200
    assert address not in edit.content.decode()
    assert client.get(address).status_code == 302


@time_machine.travel(STARTS + dt.timedelta(days=1), tick=False)
def test_a_copied_agenda_is_reported_until_it_is_changed(session, editor_of):
    secretary = editor_of("Secrétariat")
    now = STARTS + dt.timedelta(days=1)
    step = "Changer l’ordre du jour : c’est encore celui du 11 mars 2019"

    def reminder_counts():
        tasks = [task.title for task in NextSessionPanel(secretary, now).work().tasks]
        missing = missing_of(list(SessionPage.objects.all()), now)
        listed = [link.label for links in missing.values() for link in links]
        return [[one.replace("\u00a0", " ") for one in titles].count(step) for titles in (tasks, listed)]

    page = duplicate(session=session, day=dt.date(2019, 4, 8), number=4, user=secretary)
    assert reminder_counts() == [1, 1]
    # A changed agenda in an unpublished draft.
    draft = page.get_latest_revision_as_object()
    draft.agenda_items = [*draft.agenda_items.all()][:1]
    draft.save_revision(user=secretary)
    assert reminder_counts() == [0, 0]
    draft.agenda_items.add(AgendaItem(title="Bilan", sort_order=2))
    draft.save_revision(user=secretary).publish()
    assert reminder_counts() == [1, 1]
    # A cancelled session is held later.
    SessionPage.objects.filter(pk=session.pk).update(status=SessionPage.Status.CANCELLED)
    assert reminder_counts() == [0, 0]
