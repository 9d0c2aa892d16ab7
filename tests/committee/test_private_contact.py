"""Address and telephone of a member for the secretariat: use, access, deletion."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from accounts.exports.personal_data import export_of
from committee.admin.dashboard import NextSessionPanel
from committee.attendance.admin import AttendancePanel
from committee.convocations.services import convene
from committee.models import AgendaItem, Attendance, Mandate, Member, SessionPage
from committee.services.erasure import erase, erase_with_account, forget_private_contacts
from common.shown import BY_PROGRAM
from tests.bulk import submit_edit
from tests.committee.minutes import DAY, NOW, TODAY, Role, held, member, signed_in
from tests.factories import MandateFactory, MemberFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
ADDRESS, PHONE = "3 rue du Puits\n67000 Strasbourg", "06 39 98 00 77"


@pytest.fixture
def future_session():
    session = held(-10)
    AgendaItem.objects.create(session=session, title="Un point")
    return session


@pytest.fixture
def paul():
    """A member without an account, whose address and telephone the secretariat has."""
    paper_member = MemberFactory(name="Paul", private_address=ADDRESS, private_phone=PHONE)
    MandateFactory(member=paper_member)
    return paper_member


def test_editors_of_members_can_enter_address_and_telephone(client, secretary, paul):
    client.force_login(secretary)
    url = reverse("wagtailsnippets_committee_member:edit", args=[paul.pk])
    assert PHONE in client.get(url).text
    mandate = paul.mandates.get()
    form = {
        "name": "Paul",
        "portrait": paul.portrait,
        "private_address": "12 quai des Bateliers",
        "private_phone": "0639980088",
        "mandates-TOTAL_FORMS": 1,
        "mandates-INITIAL_FORMS": 1,
        "mandates-0-id": mandate.pk,
        "mandates-0-role": mandate.role,
        "mandates-0-seat": mandate.seat_id,
        "mandates-0-starts_on": mandate.starts_on.strftime("%d/%m/%Y"),
    }
    refused = submit_edit(client, url, form | {"private_phone": "0639"})
    assert "Écrivez le numéro avec ses dix chiffres" in refused.text
    assert submit_edit(client, url, form).status_code == 302
    paul.refresh_from_db()
    assert (paul.private_address, paul.private_phone) == ("12 quai des Bateliers", "06 39 98 00 88")
    # The number in the directory is another one.
    assert paul.phone == ""


def test_address_is_on_paper_and_telephone_in_tasks_of_the_secretariat(secretary, future_session, paul):
    writer = member(Role.COORDINATOR)
    client = signed_in(secretary)
    paper = client.get(reverse("convocations:paper", args=[future_session.pk])).text
    assert "3 rue du Puits<br>67000 Strasbourg" in paper
    assert PHONE not in paper
    assert f"Paul ({PHONE})" in client.get(reverse("convocations:convene", args=[future_session.pk])).text.replace(
        "\xa0", " "
    )
    convene(
        session=future_session, words="", online_link="", sender=writer, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW
    )
    SessionPage.objects.filter(pk=future_session.pk).update(place="Ailleurs")
    notes = {user: NextSessionPanel(user, NOW).work().tasks[0].note for user in (secretary, writer)}
    assert f"Paul ({PHONE})" in notes[secretary]
    assert "Paul." in notes[writer]
    assert PHONE not in notes[writer]


def test_editors_of_members_see_the_telephone_of_a_substitute_to_call(secretary, future_session, paul):
    held_by = MandateFactory(member=MemberFactory(user=UserFactory()))
    Mandate.objects.filter(member=paul).update(role=Role.SUBSTITUTE, seat=held_by.seat)
    announced = {"member": held_by.member, "state": "excused", "how": "ahead", "recorded_at": NOW}
    Attendance.objects.create(session=future_session, seat=held_by.seat, **announced)
    notes = [AttendancePanel(user, NOW).work().tasks[0].note for user in (secretary, member(Role.COORDINATOR))]
    assert [PHONE in note for note in notes] == [True, False]


@pytest.mark.parametrize(
    ("ends", "stays"),
    [
        ([None], True),
        ([TODAY - 90 * DAY], True),
        ([TODAY - 91 * DAY], False),
        ([TODAY - 400 * DAY, TODAY + DAY], True),
        ([], True),
    ],
)
def test_contact_is_deleted_ninety_days_after_the_last_mandate(ends, stays):
    former = MemberFactory(private_address=ADDRESS)
    for end in ends:
        start = dt.date(2019, 1, 1) if end and end < TODAY else TODAY - 30 * DAY
        MandateFactory(member=former, starts_on=start, ends_on=end)
    assert forget_private_contacts(now=NOW) == (not stays)
    assert (Member.objects.get(pk=former.pk).private_address == ADDRESS) is stays


def test_contact_is_exported_and_deleted_with_account_or_member(secretary):
    user = UserFactory()
    current = MemberFactory(user=user, private_address=ADDRESS, private_phone=PHONE)
    (own,) = export_of(user)["committee.member"]
    assert (own["private_address"], own["private_phone"]) == (ADDRESS, PHONE)
    # Members in office keep their name until the end of the mandate, and none of the contact data.
    MandateFactory(member=current)
    erase_with_account(user, NOW)
    former = MemberFactory(private_address=ADDRESS, private_phone=PHONE)
    erase(member=former, actor=secretary, now=NOW, shown=BY_PROGRAM)
    contacts = Member.objects.filter(pk__in=[current.pk, former.pk]).values_list("private_address", "private_phone")
    assert list(contacts) == [("", ""), ("", "")]
