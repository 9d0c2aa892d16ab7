"""Overlapping mandates, errors of the form of a member, protected history."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connections, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from committee.admin.vacancies import VacanciesPanel
from committee.errors import MemberIsActive
from committee.models import DirectoryConsent, Mandate, Member
from committee.models.mandate_forms import MandateFormSet
from committee.services.erasure import erase
from common.shown import BY_PROGRAM
from tests.bulk import confirm
from tests.factories import MandateFactory, MemberFactory, SeatFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
START = dt.date(2026, 1, 1)
Role = Mandate.Role


@pytest.fixture
def secretariat(client, editor_of, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(editor_of("Secrétariat"))
    return client


def row(role, seat=None, starts_on=START, ends_on=None, pk=""):
    return {
        "id": pk,
        "role": role,
        "seat": seat.pk if seat else "",
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else "",
        "DELETE": "",
    }


def edit_of(member):
    return reverse("wagtailsnippets_committee_member:edit", args=[member.pk])


def send(client, *rows, member=None, opened=None):
    """Submits the form of a new member, or of `member`, with these mandates, as it was shown by the page `opened`."""
    initial = member.mandates.count() if member else 0
    data = nested_form_data(
        {
            "name": member.name if member else "Nora K.",
            "college": "",
            "presentation": "",
            "user": "",
            "photo": "",
            "portrait": "house",
            "is_named": "on",
            "named_since": "",
            "mandates": inline_formset(list(rows), initial=initial),
        }
    )
    if member:
        shown = (opened or client.get(edit_of(member))).context["edit"].field
        return client.post(edit_of(member), data | {"shown": shown})
    return client.post(reverse("wagtailsnippets_committee_member:add"), data)


def errors(answer):
    assert answer.status_code == 200, "the form was accepted"
    return " ".join(
        str(message)
        for row in answer.context["form"].formsets["mandates"].errors
        for messages in row.values()
        for message in messages
    )


@pytest.mark.parametrize(
    ("role", "message"), [(Role.MEMBER, "occupe déjà ce siège"), (Role.SUBSTITUTE, "assure déjà la suppléance")]
)
def test_a_seat_has_one_holder_and_one_substitute_at_a_time(secretariat, role, message):
    held = MandateFactory(role=role, ends_on=TODAY, member__name="Karim B.")
    refused = errors(send(secretariat, row(role, held.seat, TODAY)))
    assert message in refused
    assert "Karim B." in refused
    other = Role.SUBSTITUTE if role == Role.MEMBER else Role.MEMBER
    assert send(secretariat, row(other, held.seat, TODAY)).status_code == 302
    assert send(secretariat, row(role, held.seat, TODAY + dt.timedelta(days=1))).status_code == 302


@pytest.mark.parametrize("first", [Role.MEMBER, Role.SUBSTITUTE])
@pytest.mark.parametrize("second", [Role.MEMBER, Role.SUBSTITUTE])
def test_member_cannot_occupy_two_seats_at_a_time(secretariat, first, second):
    rows = row(first, SeatFactory()), row(second, SeatFactory(), TODAY)
    assert "un seul siège à la fois" in errors(send(secretariat, *rows))


def test_member_cannot_hold_an_office_twice_but_can_also_have_a_seat(secretariat):
    twice = row(Role.RAPPORTEUR), row(Role.RAPPORTEUR, starts_on=TODAY)
    assert "déjà cette fonction" in errors(send(secretariat, *twice))
    assert send(secretariat, row(Role.RAPPORTEUR), row(Role.MEMBER, SeatFactory())).status_code == 302


@pytest.mark.parametrize(
    ("role", "is_sole"),
    [(Role.COORDINATOR, True), (Role.DEPUTY_COORDINATOR, True), (Role.RAPPORTEUR, False), (Role.FACILITATOR, False)],
)
def test_only_one_coordinator_and_one_deputy_at_a_time(secretariat, role, is_sole):
    MandateFactory(role=role, seat=None, member__name="Hélène W.")
    answer = send(secretariat, row(role))
    if is_sole:
        assert "Une seule personne à la fois" in errors(answer)
    else:
        assert answer.status_code == 302


def test_mandate_can_be_ended_and_the_next_one_created_in_one_form(secretariat):
    """While the form is validated, the first mandate has no end in the database."""
    held = MandateFactory(role=Role.COORDINATOR, seat=None)
    rows = row(Role.COORDINATOR, ends_on=START, pk=held.pk), row(Role.COORDINATOR, starts_on=TODAY)
    assert send(secretariat, *rows, member=held.member).status_code == 302
    assert [one.ends_on for one in held.member.mandates.order_by("starts_on")] == [START, None]


@pytest.mark.parametrize(
    ("role", "has_seat", "ends_on", "message"),
    [
        (Role.COORDINATOR, True, None, "n’a pas de siège"),
        (Role.SUBSTITUTE, False, None, "Choisissez le siège"),
        (Role.MEMBER, True, START - dt.timedelta(days=1), "après le premier"),
    ],
)
def test_invalid_mandate_is_refused_with_a_message(secretariat, role, has_seat, ends_on, message):
    assert message in errors(send(secretariat, row(role, SeatFactory() if has_seat else None, ends_on=ends_on)))


@pytest.mark.parametrize(
    ("role", "same_seat", "same_person"),
    [
        (Role.MEMBER, True, False),
        (Role.SUBSTITUTE, True, False),
        (Role.MEMBER, False, True),
        (Role.SUBSTITUTE, False, True),
        (Role.RAPPORTEUR, None, True),
        (Role.COORDINATOR, None, False),
        (Role.DEPUTY_COORDINATOR, None, False),
    ],
)
def test_database_refuses_two_open_ended_mandates(role, same_seat, same_person):
    seat = None if same_seat is None else SeatFactory()
    first = MandateFactory(role=role, seat=seat)
    other_seat = None if same_seat is None else seat if same_seat else SeatFactory()
    member = first.member if same_person else MemberFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(member=member, role=role, seat=other_seat, starts_on=TODAY)
    Mandate.objects.filter(pk=first.pk).update(ends_on=TODAY)
    Mandate.objects.create(member=member, role=role, seat=other_seat, starts_on=TODAY + dt.timedelta(days=1))


def test_form_of_a_seat_lists_its_holders_latest_first(secretariat):
    seat = SeatFactory()
    MandateFactory(seat=seat, ends_on=TODAY, member__name="Solange D.")
    MandateFactory(seat=seat, starts_on=TODAY + dt.timedelta(days=1), member__name="Karim B.")
    page = secretariat.get(reverse("wagtailsnippets_committee_seat:edit", args=[seat.pk])).content.decode()
    assert 0 < page.index("Karim B.") < page.index("Solange D.")
    assert secretariat.get(reverse("wagtailsnippets_committee_seat:add")).status_code == 200


def test_member_with_mandates_cannot_be_deleted_alone_or_in_bulk(secretariat):
    member = MandateFactory().member
    with pytest.raises(ProtectedError), transaction.atomic():
        member.delete()
    one = reverse("wagtailsnippets_committee_member:delete", args=[member.pk])
    many = f"{reverse('wagtail_bulk_action', args=['committee', 'member', 'delete'])}?id={member.pk}"
    for address in (one, many):
        answer = secretariat.post(address, follow=True)
        assert "Effacer la personne" in answer.content.decode()
        assert Member.objects.filter(pk=member.pk).exists()
    seat = reverse("wagtailsnippets_committee_seat:delete", args=[member.mandates.get().seat_id])
    assert "a été occupé" in secretariat.post(seat, follow=True).content.decode()
    mistake = MemberFactory()
    secretariat.post(reverse("wagtailsnippets_committee_member:delete", args=[mistake.pk]))
    assert not Member.objects.filter(pk=mistake.pk).exists()


def test_erasure_of_a_former_member_preserves_the_mandates(secretariat):
    mandate = MandateFactory(ends_on=TODAY, member__name="Solange D.", member__phone="06 39 98 00 12")
    member, actor = mandate.member, UserFactory()
    DirectoryConsent.objects.create(member=member, field="phone", is_given=True, at=dt.datetime.now(dt.UTC))
    with pytest.raises(MemberIsActive):
        erase(member=member, actor=actor, now=NOW, shown=BY_PROGRAM)
    member.refresh_from_db()
    assert member.name == "Solange D."
    Mandate.objects.update(ends_on=TODAY - dt.timedelta(days=1))
    address = reverse("wagtailsnippets_committee_member:erase", args=[member.pk])
    assert "Solange D." in secretariat.get(address).content.decode()
    assert confirm(secretariat, address).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.phone, member.is_named) == ("Ancien membre", "", False)
    assert not member.directory_consents.exists()
    assert Mandate.objects.get().seat_id == mandate.seat_id


def test_missing_last_day_is_reported_in_messages_and_on_the_dashboard(secretariat):
    mandate = MandateFactory(member__name="Connu", ends_on=TODAY)
    answer = send(secretariat, row(Role.MEMBER, mandate.seat, ends_on=TODAY, pk=mandate.pk), member=mandate.member)
    assert "Sans dernier jour" not in " ".join(map(str, get_messages(answer.wsgi_request)))
    answer = send(secretariat, row(Role.MEMBER, SeatFactory(), ends_on=TODAY), row(Role.RAPPORTEUR))
    assert "Sans dernier jour\u00a0: Rapport des séances. " in " ".join(map(str, get_messages(answer.wsgi_request)))
    MandateFactory(member__name="Parti", ends_on=TODAY - dt.timedelta(days=1))
    [panel] = [one for one in VacanciesPanel(UserFactory(), NOW).work().tasks if "dernier jour" in one.title]
    assert panel.title == "1 mandat n’a pas de dernier jour"
    names = [one.name for one in secretariat.get(panel.url).context["object_list"]]
    assert names == [Mandate.objects.get(ends_on=None).member.name]
    members = secretariat.get(panel.url.replace("false", "true")).context["object_list"]
    assert [one.name for one in members] == ["Connu"]


def test_form_has_mandates_before_portraits(secretariat):
    form = secretariat.get(reverse("wagtailsnippets_committee_member:add")).content.decode()
    assert form.index("mandates-TOTAL_FORMS") < form.index('name="portrait"')


def test_dashboard_lists_vacancies_with_few_queries(secretariat, django_assert_max_num_queries):
    SeatFactory(name="Siège vide")
    SeatFactory(name="Siège disparu", ends_on=TODAY - dt.timedelta(days=1))
    soon = MandateFactory(member__name="Bientôt", ends_on=TODAY + dt.timedelta(days=60), member__user=UserFactory())
    MandateFactory(member__name="Plus tard", ends_on=TODAY + dt.timedelta(days=61), member__user=UserFactory())
    goes_on = MandateFactory(member__name="Continue", ends_on=TODAY, member__user=UserFactory())
    MandateFactory(member=goes_on.member, seat=goes_on.seat, starts_on=TODAY + dt.timedelta(days=1))
    MandateFactory(member__name="Debout", seat=None, member__user=UserFactory())
    MandateFactory(member__name="Sans compte")
    MandateFactory(member__name="À venir", seat=None, starts_on=TODAY + dt.timedelta(days=1))
    panel = VacanciesPanel(UserFactory(), NOW)
    MandateFactory(role=Mandate.Role.RAPPORTEUR, seat=None, member=goes_on.member, ends_on=TODAY - dt.timedelta(days=1))
    MandateFactory(
        member__name="Titulaire à venir",
        seat=SeatFactory(),
        starts_on=TODAY + dt.timedelta(days=1),
        member__user=UserFactory(),
    )
    with django_assert_max_num_queries(10):
        work = panel.work()
    assert work.facts == ["1 siège vide sur 6."]
    assert [task.title for task in work.tasks] == [
        "Rapport des séances",
        "Siège vide",
        soon.member.name,
        "5 mandats n’ont pas de dernier jour",
        "2 membres n’ont pas de compte",
        "Debout",
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("what", ["seat", "office", "person"])
def test_concurrent_editors_cannot_create_conflicting_mandates(what, client, editor_of, monkeypatch):
    """Each is delayed after the comparison, so that without a lock both compare before either saves."""
    editors = [editor_of("Secrétariat"), editor_of("Secrétariat")]
    seat, other, same_member, barrier = SeatFactory(), SeatFactory(), MemberFactory(), threading.Barrier(2)
    compared = MandateFormSet.clean

    def delayed_clean(self, *args, **kwargs):
        compared(self, *args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)

    monkeypatch.setattr(MandateFormSet, "clean", delayed_clean)
    mandates = {
        "seat": [row(Role.MEMBER, seat, ends_on=TODAY)] * 2,
        "office": [row(Role.COORDINATOR, ends_on=TODAY)] * 2,
        "person": [row(Role.MEMBER, seat, ends_on=TODAY), row(Role.MEMBER, other, ends_on=TODAY)],
    }[what]

    # Both opened the form before either saves.
    client.force_login(editors[0])
    opened = client.get(edit_of(same_member))

    def post(editor, mandate):
        client = Client()
        client.force_login(editor)
        try:
            member = same_member if what == "person" else None
            return send(client, mandate, member=member, opened=opened).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(post, editors, mandates))
    assert Mandate.objects.count() == 1
    assert answers == ([302, 409] if what == "person" else [200, 302])
