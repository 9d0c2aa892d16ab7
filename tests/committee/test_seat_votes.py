"""Vote of a seat without any account: entry, stored data, and that it counts once."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry

from committee.admin.dashboard import NextSessionPanel
from committee.attendance.queries.seat_votes import votes_to_enter
from committee.attendance.services.recording import record_sheet
from committee.attendance.services.seat_votes import enter_seat_vote
from committee.errors import SeatAnswersOnline
from committee.models import Attendance, Mandate
from common.templatetags.dates import in_city_time
from polls.errors import NotInElectorate, PollNotOpen, SeatAnswered
from polls.models import NominativeAnswer, Participation, SecretTally
from polls.permissions import can_answer
from polls.queries.results import turnout
from polls.services.answers import answer_poll
from tests.committee.minutes import DAY, NOW, Role, held, signed_in, words_of
from tests.factories import MandateFactory, MemberFactory, UserFactory
from tests.polls.factories import choice_ids, make_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def seat():
    """A seat whose holder has no account."""
    paper_member = MemberFactory(name="Paul", private_phone="06 39 98 00 77")
    return MandateFactory(member=paper_member).seat


@pytest.fixture
def online_member():
    """A member with an account and a seat."""
    return MandateFactory(member=MemberFactory(user=UserFactory())).member.user


def ballot(kind="secret", **fields):
    return make_poll(audience="seats", ballot=kind, quorum=100, opens_at=NOW - DAY, closes_at=NOW + DAY, **fields)


def answers_for(poll, number=0):
    return {poll.questions.get().pk: {choice_ids(poll)[number]: 1}}


def form(poll, number=0):
    return {"declared": "on", f"question_{poll.questions.get().pk}": choice_ids(poll)[number]}


def test_a_secret_vote_entered_by_the_secretariat_is_counted_anonymously(secretary, seat, online_member):
    poll, client = ballot(), signed_in(secretary)
    task = NextSessionPanel(secretary, NOW).work().tasks[0]
    assert (task.title, task.url) == ("Saisir le vote de 1 siège sans compte", reverse("seat_votes:list"))
    assert "Paul (06 39 98 00 77)" in task.note.replace("\xa0", " ")
    url = reverse("seat_votes:enter", args=[poll.pk, seat.pk])
    listed = client.get(task.url).text
    assert url in listed
    # The seat of a member with an account votes on the site.
    assert listed.count("Saisir le vote<") == 1
    assert "ce vote est secret" in client.get(url).text.casefold()
    assert client.post(url, form(poll) | {"declared": ""}).status_code == 200
    assert not Participation.objects.exists()
    counted = client.post(url, form(poll), follow=True).text
    assert "le vote est compté" in counted
    assert "a voté" in counted
    assert url not in counted
    assert Participation.objects.values_list("user", "voice").get() == (None, f"siege-{seat.pk}")
    assert list(SecretTally.objects.get().counts.values()) == [1]
    entry = ModelLogEntry.objects.get(action="committee.enter_seat_vote")
    assert (entry.user, entry.data, entry.object_id) == (secretary, {"seat": seat.name}, str(poll.pk))
    assert entry.message.replace("\xa0", " ") == f"Vote d’un siège saisi : {seat.name}"
    # A second vote is refused with a message, and both seats make the quorum.
    assert "un vote est déjà compté" in client.post(url, form(poll, 1), follow=True).text
    answer_poll(poll=poll, user=online_member, answers=answers_for(poll, 1), now=NOW)
    figures = turnout(poll, now=NOW + 2 * DAY)
    assert (figures.people, figures.invited, figures.quorum_reached) == (2, 2, True)
    assert [
        task for task in NextSessionPanel(secretary, NOW).work().tasks if task.url == reverse("seat_votes:list")
    ] == []


def test_vote_is_due_on_the_last_day_of_a_ballot_that_ends_at_midnight(secretary, seat):
    end = in_city_time(NOW + 3 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    make_poll(audience="seats", opens_at=NOW - DAY, closes_at=end)
    task = NextSessionPanel(secretary, NOW).work().tasks[0]
    assert task.url == reverse("seat_votes:list")
    assert task.due_on == in_city_time(NOW + 2 * DAY).date()


def test_nominative_vote_can_be_changed(secretary, seat, online_member):
    poll, client = ballot("nominative"), signed_in(secretary)
    other = MandateFactory(member=MemberFactory()).seat
    answer_poll(poll=poll, user=online_member, answers=answers_for(poll), now=NOW)
    for one in (seat, other):
        enter_seat_vote(poll=poll, seat=one, agent=secretary, answers=answers_for(poll), now=NOW)
    url = reverse("seat_votes:enter", args=[poll.pk, seat.pk])
    page = BeautifulSoup(client.get(url).content, "html.parser")
    ticked = [field["value"] for field in page.select("input[name^=question_][checked]")]
    assert ticked == [str(choice_ids(poll)[0])]
    client.post(url, form(poll, 1))
    first, second = (f"{choice}=1" for choice in choice_ids(poll)[:2])
    answers = dict(NominativeAnswer.objects.values_list("participation__voice", "answer"))
    assert (answers[f"siege-{seat.pk}"], answers[f"siege-{other.pk}"]) == (second, first)
    assert turnout(poll, now=NOW).people == 3


def test_secretariat_whose_ballot_ends_meanwhile_is_told_that_nothing_is_recorded(secretary, seat, time_machine):
    poll, client = ballot(), signed_in(secretary)
    url = reverse("seat_votes:enter", args=[poll.pk, seat.pk])
    time_machine.move_to(poll.closes_at, tick=False)
    for page in (client.get(url, follow=True), client.post(url, form(poll), follow=True)):
        assert page.redirect_chain[-1][0] == reverse("seat_votes:list")
        assert "Rien n’a été enregistré" in page.text
    assert not Participation.objects.exists()


def test_refused_vote_is_not_counted(secretary, seat, online_member):
    poll, members = ballot(), make_poll("autre", audience="members", opens_at=NOW - DAY, closes_at=NOW + DAY)
    taken = Mandate.objects.get(member__user=online_member).seat
    nobody = MandateFactory(member=MemberFactory(), ends_on=NOW.date() - DAY).seat
    arguments = {"answers": answers_for(poll), "now": NOW}
    for refusal, values in (
        (PermissionDenied, {"poll": poll, "seat": seat, "agent": UserFactory(), **arguments}),
        (SeatAnswersOnline, {"poll": poll, "seat": taken, "agent": secretary, **arguments}),
        (SeatAnswersOnline, {"poll": poll, "seat": nobody, "agent": secretary, **arguments}),
        (NotInElectorate, {"poll": members, "seat": seat, "agent": secretary, **arguments}),
        (PollNotOpen, {"poll": poll, "seat": seat, "agent": secretary, **arguments, "now": NOW + 2 * DAY}),
    ):
        with pytest.raises(refusal):
            enter_seat_vote(**values)
    assert not Participation.objects.exists()
    assert not ModelLogEntry.objects.filter(action="committee.enter_seat_vote").exists()


def test_seat_with_inactive_account_votes_on_paper_and_only_once(secretary, seat):
    closed = UserFactory(is_active=False)
    other = MandateFactory(member=MemberFactory(user=closed)).seat
    account = UserFactory()
    poll = ballot()
    enter_seat_vote(poll=poll, seat=other, agent=secretary, answers=answers_for(poll), now=NOW)
    enter_seat_vote(poll=poll, seat=seat, agent=secretary, answers=answers_for(poll), now=NOW)
    holder = Mandate.objects.get(seat=seat, role=Role.MEMBER).member
    holder.user = account
    holder.save()
    with pytest.raises(SeatAnswered):
        answer_poll(poll=poll, user=account, answers=answers_for(poll), now=NOW)
    assert Participation.objects.count() == 2


def test_vote_belongs_to_whoever_sits_in_the_seat_that_day(secretary, client):
    """A substitute without an account sits: the vote is entered for her, and the holder cannot give it from home."""
    holder = MandateFactory(member=MemberFactory(name="Aïcha", user=UserFactory()))
    MandateFactory(member=MemberFactory(name="Nora"), seat=holder.seat, role=Role.SUBSTITUTE)
    session, poll, at_home = held(0), ballot("nominative"), holder.member.user

    def voters():
        return [seat.voter.name for _poll, seats in votes_to_enter(NOW) for seat in seats]

    for state, to_enter, holder_votes in (
        (Attendance.State.EXCUSED, [], True),
        (Attendance.State.SUBSTITUTED, ["Nora"], False),
        # The seat has voted: the holder who arrives later does not vote again.
        (Attendance.State.PRESENT, [], False),
    ):
        record_sheet(session=session, states={holder.seat.pk: state}, by=secretary, now=NOW)
        assert voters() == to_enter
        assert can_answer(at_home, poll, now=NOW) == holder_votes
        if to_enter:
            client.force_login(at_home)
            assert gettext("A substitute who sits at a session has the vote alone until its end.") in words_of(
                client.get(poll.get_absolute_url())
            )
            enter_seat_vote(poll=poll, seat=holder.seat, agent=secretary, answers=answers_for(poll), now=NOW)
            with pytest.raises(NotInElectorate):
                answer_poll(poll=poll, user=at_home, answers=answers_for(poll), now=NOW)
        else:
            with pytest.raises(SeatAnswersOnline):
                enter_seat_vote(poll=poll, seat=holder.seat, agent=secretary, answers=answers_for(poll), now=NOW)
