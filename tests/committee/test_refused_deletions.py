"""Referenced or historical objects are not deleted: in a form, in bulk, or with their parent."""

import pytest
from django.db import transaction
from django.urls import reverse

from cms.errors import SectionKept
from committee.models import Attendance, ProgrammePage, SessionIndexPage, SessionPage, WorkProgramme
from common.errors import Refusal
from home.models import HomePage
from participation.models import CallIndexPage, CityService
from polls.models import Poll
from tests.committee.minutes import DAY, NOW, approved, held
from tests.factories import (
    CityServiceFactory,
    MandateFactory,
    OfficialAnswerFactory,
    SessionPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.polls.factories import make_poll
from veille.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def office(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def announced():
    """Returns an upcoming session with an announced absence."""
    session = SessionPageFactory(starts_at=NOW + 5 * DAY)
    mandate = MandateFactory()
    Attendance.objects.create(
        session=session, seat=mandate.seat, state="excused", recorded_by=UserFactory(), recorded_at=NOW
    )
    return session


def delete_page(office, page):
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    return office.post(address, follow=True)


def delete_in_bulk(office, app, model, pk):
    address = reverse("wagtail_bulk_action", args=[app, model, "delete"])
    return office.post(f"{address}?id={pk}", follow=True)


class TestSessions:
    @pytest.mark.parametrize("make", [held, approved, announced])
    @pytest.mark.parametrize("way", ["form", "bulk", "page above"])
    def test_historical_session_cannot_be_deleted_and_the_reason_is_shown(self, office, make, way):
        session, index = make(), SessionIndexPage.objects.get()
        session = session if isinstance(session, SessionPage) else session.session
        children = index.numchild
        if way == "form":
            answer = delete_page(office, session)
        elif way == "bulk":
            answer = delete_in_bulk(office, "wagtailcore", "page", session.pk)
        else:
            with pytest.raises(Refusal, match="ne peut pas être supprimé"), transaction.atomic():
                index.delete()
        if way != "page above":
            assert answer.status_code == 200
            assert "ne peut pas être supprimé" in answer.content.decode()
        assert SessionPage.objects.filter(pk=session.pk).exists()
        index.refresh_from_db()
        assert index.numchild >= children

    @pytest.mark.parametrize(
        "fields",
        [
            {"starts_at": NOW + 5 * DAY},
            {"starts_at": NOW - 5 * DAY, "status": "cancelled"},
            {"starts_at": NOW - DAY, "live": False},
        ],
    )
    def test_future_cancelled_and_draft_sessions_can_be_deleted(self, office, fields):
        session = SessionPageFactory(**fields)
        delete_page(office, session)
        assert not SessionPage.objects.filter(pk=session.pk).exists()


def used_theme():
    return VeilleEntryPageFactory().theme


def used_service():
    service = CityServiceFactory()
    OfficialAnswerFactory(service=service)
    return service


def used_poll():
    poll = make_poll()
    WorkProgramme.objects.create(year=2027, poll=poll)
    return poll


class TestUsedObjects:
    @pytest.mark.parametrize(("make", "model"), [(used_theme, Theme), (used_service, CityService), (used_poll, Poll)])
    @pytest.mark.parametrize("way", ["form", "bulk"])
    def test_deletion_of_a_used_object_is_refused_with_a_message(self, office, make, model, way):
        """Before the button where Wagtail can show it, otherwise after it; never with an error 500."""
        one, names = make(), (model._meta.app_label, model._meta.model_name)
        address = reverse("wagtailsnippets_{}_{}:delete".format(*names), args=[one.pk])
        if way == "bulk":
            address = f"{reverse('wagtail_bulk_action', args=[*names, 'delete'])}?id={one.pk}"
        before, after = office.get(address), office.post(address, follow=True)
        assert model.objects.filter(pk=one.pk).exists()
        assert after.status_code == 200
        assert "Suppression impossible" in before.content.decode() or "Rien n’est supprimé" in after.content.decode()


@pytest.mark.parametrize("model", [CallIndexPage, HomePage, ProgrammePage, SessionIndexPage])
@pytest.mark.parametrize("way", ["form", "bulk", "program"])
def test_section_of_the_site_cannot_be_deleted(office, model, way):
    section = model.objects.get()
    if way == "program":
        with pytest.raises(SectionKept, match="est une rubrique du site"), transaction.atomic():
            section.delete()
    else:
        bulk = delete_in_bulk(office, "wagtailcore", "page", section.pk) if way == "bulk" else None
        answer = bulk or delete_page(office, section)
        assert "est une rubrique du site" in answer.content.decode()
    assert model.objects.filter(pk=section.pk).exists()


def test_deletion_of_a_section_is_not_offered_and_its_public_pages_are_counted(office):
    index = SessionIndexPage.objects.get()
    for number, live in enumerate([True, True, False]):
        SessionPageFactory(starts_at=NOW + number * DAY, live=live)
    address = reverse("wagtailadmin_pages:delete", args=[index.pk])
    answer = office.get(address, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_pages:edit", args=[index.pk])
    assert "ne peut pas être supprimée : elle contient 2 pages publiques." in answer.text.replace("\u00a0", " ")
