"""Members' area: access, tasks, cards; seats with their holders and substitutes."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from wagtail import hooks

from accounts.hooks import AccountLink
from committee.area.notifications import MandateEnded
from committee.area.services import tell_former_members
from committee.hooks import MEMBER_AREA_LINKS_HOOK, MEMBER_TASKS_HOOK
from committee.models import Mandate
from committee.permissions import holds_office
from committee.queries.seats import seat_of, seats_on
from common.templatetags.dates import short_day
from common.waiting import Task
from mailing.models import Message
from tests.factories import MandateFactory, MemberFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
Role = Mandate.Role


def test_seat_has_holder_and_substitute_during_their_mandates(django_assert_num_queries):
    seat, empty = SeatFactory(), SeatFactory()
    SeatFactory(ends_on=TODAY - dt.timedelta(days=1))
    former = MandateFactory(seat=seat, ends_on=TODAY - dt.timedelta(days=1)).member
    holder = MandateFactory(seat=seat, starts_on=TODAY).member
    substitute = MandateFactory(seat=seat, role=Role.SUBSTITUTE).member
    with django_assert_num_queries(2):
        filled, unfilled = seats_on(TODAY)
    assert (filled.seat, filled.people) == (seat, [holder, substitute])
    assert (unfilled.seat, unfilled.people) == (empty, [])
    assert seats_on(TODAY - dt.timedelta(days=1))[0].holder == former
    assert seat_of(substitute, TODAY) == filled
    assert seat_of(former, TODAY) is None


@pytest.mark.parametrize(("role", "has_seat"), [(Role.COORDINATOR, True), (Role.SUBSTITUTE, False)])
def test_database_refuses_an_office_with_seat_and_a_substitute_without(role, has_seat):
    seat, member = SeatFactory(), MemberFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(member=member, role=role, seat=seat if has_seat else None, starts_on=TODAY)


def test_office_is_held_during_its_mandate_only():
    deputy = MandateFactory(role=Role.DEPUTY_COORDINATOR, seat=None, ends_on=TODAY, member__user=UserFactory()).member
    coordination = [Role.COORDINATOR, Role.DEPUTY_COORDINATOR]
    assert holds_office(deputy.user, coordination, TODAY)
    assert not holds_office(deputy.user, [Role.RAPPORTEUR], TODAY)
    assert not holds_office(deputy.user, coordination, TODAY + dt.timedelta(days=1))


@time_machine.travel(NOW, tick=False)
def test_only_sitting_members_have_access_to_the_area(client):
    assert client.get("/membres/").headers["Location"].endswith("?next=/membres/")
    stranger = UserFactory()
    client.force_login(stranger)
    response = client.get("/membres/")
    assert response.status_code == 403
    assert "réservé aux membres" in response.content.decode()
    assert "/membres/" not in client.get("/compte/").content.decode()
    MandateFactory(member=MemberFactory(name="Odile", user=stranger))
    page = client.get("/membres/").content.decode()
    assert "Rien ne vous attend" in page
    assert "/membres/" in client.get("/compte/").content.decode()


@time_machine.travel(NOW, tick=False)
def test_area_shows_tasks_by_deadline_and_then_cards(client):
    member = MandateFactory(member__user=UserFactory()).member
    client.force_login(member.user)

    def waiting(sitting, now):
        yield Task("Sans fin", url="/a/")
        yield Task("Plus tard", url="/b/", until=now + dt.timedelta(days=3))
        yield Task(f"Pour {sitting.name}", url="/c/", until=now + dt.timedelta(days=2))

    def cards(request, sitting):
        return [AccountLink(order=1, label="Annuaire", url="/d/")]

    with (
        hooks.register_temporarily(MEMBER_TASKS_HOOK, waiting),
        hooks.register_temporarily(MEMBER_AREA_LINKS_HOOK, cards),
    ):
        page = client.get("/membres/").content.decode()
    order = [page.index(text) for text in (f"Pour {member.name}", "Plus tard", "Sans fin", "Annuaire")]
    assert order == sorted(order)
    assert "26\u00a0novembre" in page


@time_machine.travel(NOW, tick=False)
def test_member_is_told_once_that_the_last_mandate_has_ended_and_reads_it_where_the_area_is_closed(client):
    yesterday = TODAY - dt.timedelta(days=1)
    former = MandateFactory(member__user=UserFactory(), ends_on=yesterday).member
    MandateFactory(member=former, role=Role.RAPPORTEUR, seat=None, ends_on=yesterday)
    renewed = MandateFactory(member__user=UserFactory(), ends_on=yesterday).member
    MandateFactory(member=renewed, starts_on=TODAY)
    for ends_on in (TODAY, TODAY - dt.timedelta(days=60)):
        MandateFactory(member__user=UserFactory(), ends_on=ends_on)
    MandateFactory(ends_on=yesterday)
    assert [tell_former_members(now=NOW) for _ring in range(2)] == [1, 0]
    mail = Message.objects.get()
    assert (mail.kind, mail.to_email) == (MandateEnded.kind, former.user.email)
    client.force_login(former.user)
    page = client.get("/membres/")
    assert page.status_code == 403
    facts = {"date": short_day(yesterday)}
    sentence = gettext(
        "Your mandate ended on %(date)s: this area is closed to you since then. Your account stays. If you still sit, "
        "tell the secretariat."
    )
    assert sentence % facts in page.text
