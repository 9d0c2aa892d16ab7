"""Work programme: ballot of the seats, and adoption."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from wagtail.rich_text import RichText

from committee.attendance.services.absences import announce_absence, withdraw_absence
from committee.errors import BallotAlreadyHeld, BallotNotOver, BallotRefused, QuorumNotReached, TieAtCutoff
from committee.models import (
    Attendance,
    Mandate,
    Priority,
    SessionPage,
    TopicPage,
    WorkProgramme,
)
from committee.programme.queries import standings
from committee.programme.services import BALLOT_INTRODUCTION, adopt, open_ballot
from common.shown import BY_PROGRAM
from polls.errors import NotInElectorate, PollAlreadyAnswered, SeatAnswered
from polls.models import Participation, Poll, Question
from polls.queries.electorate import electorate
from polls.queries.results import turnout
from polls.services.answers import (
    answer_poll,
)
from tests.bulk import confirm
from tests.factories import (
    MandateFactory,
    MemberFactory,
    SeatFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
END = NOW + 10 * DAY
Role = Mandate.Role


@pytest.fixture
def topics(db):
    return TopicPageFactory.create_batch(4)


@pytest.fixture
def programme(db):
    return WorkProgramme.objects.create(year=2026)


def holder(**fields):
    """Returns a member with an account, in office since long before the ballot."""
    user = UserFactory(date_joined=NOW - 100 * DAY)
    MandateFactory(member=MemberFactory(user=user), **fields)
    return user


def adoption_session():
    """Returns the session at which the ballot ends and the committee adopts the programme."""
    session = SessionPage.objects.filter(starts_at=END).first()
    return session or SessionPageFactory(starts_at=END, ends_at=END + 2 * HOUR)


def start_ballot(programme, by, **rules):
    rules = {"kind": "points", "ballot": "secret", "quorum": None, "opens_at": NOW, "closes_at": END, **rules}
    open_ballot(programme=programme, by=by, now=NOW, **rules, shown=BY_PROGRAM)
    programme.refresh_from_db()
    return programme.poll


def vote(poll, user, **points):
    """Votes with `points` by the rank of the topic: `vote(poll, user, t0=3, t1=1)`."""
    question = poll.questions.get()
    choices = list(question.choices.order_by("pk"))
    answer = {choices[int(name[1:])].pk: points_given for name, points_given in points.items()}
    return answer_poll(poll=poll, user=user, answers={question.pk: answer}, now=NOW)


@pytest.mark.parametrize("ballot", Poll.Ballot.values)
def test_a_seat_has_one_answer_from_holder_or_substitute(programme, topics, secretary, ballot):
    poll = start_ballot(programme, secretary, ballot=ballot)
    seat = SeatFactory()
    first, second = holder(seat=seat), holder(seat=seat, role=Role.SUBSTITUTE)
    MandateFactory()
    with pytest.raises(NotInElectorate):
        vote(poll, second, t0=4)
    session = SessionPageFactory(starts_at=NOW + DAY, ends_at=NOW + DAY + DAY / 12)
    announce_absence(session=session, member=first.member, by=first, now=NOW)
    vote(poll, second, t0=4)
    with pytest.raises(SeatAnswered):
        vote(poll, first, t1=4)
    if ballot == Poll.Ballot.SECRET:
        with pytest.raises(PollAlreadyAnswered):
            vote(poll, second, t1=4)
    assert [one.score for one in standings(programme)] == [4, 0, 0, 0]
    # Two occupied seats: one without any account counts too.
    counted = turnout(poll, now=NOW)
    assert (counted.people, counted.invited) == (1, 2)


@time_machine.travel(NOW, tick=False)
def test_substitute_can_vote_only_if_the_holder_is_absent_or_missing(client, programme, topics, secretary):
    """A substitute could give the secret and final vote of a seat whose holder was present."""
    poll = start_ballot(programme, secretary)
    seat = SeatFactory()
    first, second, alone = holder(seat=seat), holder(seat=seat, role=Role.SUBSTITUTE), holder(role=Role.SUBSTITUTE)

    def invited_users():
        return set(electorate(poll, NOW))

    assert invited_users() == {first, alone}
    assert turnout(poll, now=NOW).invited == 2
    client.force_login(second)
    page = client.get(poll.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Le suppléant répond si le titulaire ne peut pas venir à la prochaine séance" in page
    assert "Envoyer ma réponse" not in page
    session = SessionPageFactory(starts_at=NOW + DAY, ends_at=NOW + DAY + DAY / 12)
    announce_absence(session=session, member=first.member, by=first, now=NOW)
    assert invited_users() == {first, second, alone}
    withdraw_absence(session=session, member=first.member, now=NOW)
    assert invited_users() == {first, alone}
    noted = {"session": session, "seat": seat, "member": first.member, "how": "sheet", "recorded_at": NOW}
    row = Attendance.objects.create(state="absent", **noted)
    assert invited_users() == {first, second, alone}
    Attendance.objects.filter(pk=row.pk).update(state="present")
    assert invited_users() == {first, alone}


def test_database_refuses_two_answers_of_a_seat(programme, topics, secretary):
    poll = start_ballot(programme, secretary)
    Participation.objects.create(poll=poll, user=UserFactory(), voice="siege-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(poll=poll, user=UserFactory(), voice="siege-1")


def test_only_members_with_a_seat_can_vote(programme, topics, secretary):
    poll = start_ballot(programme, secretary)
    office, former = holder(seat=None, role=Role.COORDINATOR), holder(ends_on=NOW.date() - DAY)
    for user in (office, former, UserFactory(date_joined=NOW - DAY)):
        with pytest.raises(NotInElectorate):
            vote(poll, user, t0=4)


@time_machine.travel(NOW, tick=False)
def test_substitute_sees_that_the_seat_has_already_voted(client, programme, topics, secretary):
    poll = start_ballot(programme, secretary)
    seat = SeatFactory()
    first = holder(seat=seat)
    vote(poll, first, t0=4)
    session = SessionPageFactory(starts_at=NOW + DAY, ends_at=NOW + DAY + DAY / 12)
    announce_absence(session=session, member=first.member, by=first, now=NOW)
    client.force_login(holder(seat=seat, role=Role.SUBSTITUTE))
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "a déjà répondu pour votre siège" in page
    assert "Envoyer ma réponse" not in page
    choice = poll.questions.get().choices.first()
    data = {f"question_{poll.questions.get().pk}_{choice.pk}": 4}
    response = client.post(poll.get_absolute_url(), data, follow=True)
    assert "Cette réponse compte, pas la vôtre" in response.content.decode().replace("\u00a0", " ")
    assert Participation.objects.filter(poll=poll).count() == 1


def test_topics_with_most_points_become_ongoing_priorities(programme, topics, secretary):
    poll = start_ballot(programme, secretary, quorum=100)
    for user, points in ((holder(), {"t2": 3, "t0": 1}), (holder(), {"t2": 1, "t1": 3})):
        vote(poll, user, **points)
    priorities = adopt(
        programme=programme, session=adoption_session(), by=secretary, places=2, now=END, shown=BY_PROGRAM
    )
    assert [(one.topic_id, one.score) for one in priorities] == [(topics[2].pk, 4), (topics[1].pk, 3)]
    assert set(TopicPage.objects.filter(progress="en-cours")) == {topics[2], topics[1]}
    with pytest.raises(BallotAlreadyHeld):
        adopt(programme=programme, session=adoption_session(), by=secretary, places=2, now=END, shown=BY_PROGRAM)
    with pytest.raises(BallotAlreadyHeld):
        start_ballot(programme, secretary)


def test_tie_at_the_last_place_requires_a_choice(programme, topics, secretary):
    poll = start_ballot(programme, secretary)
    vote(poll, holder(), t0=2, t1=1, t3=1)
    with pytest.raises(TieAtCutoff) as refusal:
        adopt(programme=programme, session=adoption_session(), by=secretary, places=2, now=END, shown=BY_PROGRAM)
    assert ([topic.pk for topic in refusal.value.tied], refusal.value.places) == ([topics[1].pk, topics[3].pk], 1)
    for preferred in ({topics[1].pk, topics[3].pk}, {topics[2].pk}):
        with pytest.raises(TieAtCutoff):
            adopt(
                programme=programme,
                session=adoption_session(),
                by=secretary,
                places=2,
                now=END,
                preferred=preferred,
                shown=BY_PROGRAM,
            )
    assert not Priority.objects.exists()
    priorities = adopt(
        programme=programme,
        session=adoption_session(),
        by=secretary,
        places=2,
        now=END,
        preferred={topics[3].pk},
        shown=BY_PROGRAM,
    )
    assert [one.topic_id for one in priorities] == [topics[0].pk, topics[3].pk]


def test_programme_is_adopted_at_a_session_after_the_end_of_the_ballot(client, programme, topics, secretary):
    """The ballot, its results and the programme agree: the points advise, a session decides."""
    poll = start_ballot(programme, secretary)
    assert str(BALLOT_INTRODUCTION) in poll.introduction
    vote(poll, holder(), t1=4)
    before = SessionPageFactory(starts_at=END - DAY, ends_at=END - HOUR)
    SessionPageFactory(starts_at=END + 9 * DAY, ends_at=END + 9 * DAY + HOUR)
    with pytest.raises(BallotNotOver, match="La prochaine est le samedi 24"):
        adopt(programme=programme, session=before, by=secretary, places=1, now=END, shown=BY_PROGRAM)
    # The result still counts: no new ballot replaces it before the session.
    with time_machine.travel(END, tick=False), pytest.raises(BallotAlreadyHeld):
        open_ballot(
            programme=programme, by=secretary, now=END, kind="points", ballot="secret", quorum=None,
            opens_at=END, closes_at=END + DAY, shown=BY_PROGRAM
        )  # fmt: skip
    session = adoption_session()
    with pytest.raises(BallotRefused):
        adopt(programme=programme, session=before, by=secretary, places=1, now=END, shown=BY_PROGRAM)
    adopt(programme=programme, session=session, by=secretary, places=1, now=END, shown=BY_PROGRAM)
    programme.refresh_from_db()
    assert programme.adopted_in == session
    page = client.get(programme.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Adopté à la séance du 15 janvier 2026" in page
    assert f'href="{session.url}"' in page


def test_topic_without_points_is_not_a_priority(programme, topics, secretary):
    vote(start_ballot(programme, secretary), holder(), t1=4)
    assert (
        len(adopt(programme=programme, session=adoption_session(), by=secretary, places=3, now=END, shown=BY_PROGRAM))
        == 1
    )


def test_adoption_requires_the_end_of_the_ballot_and_its_quorum(programme, topics, secretary):
    poll = start_ballot(programme, secretary, quorum=60)
    voter, _silent = holder(), holder()
    vote(poll, voter, t0=4)
    with pytest.raises(BallotNotOver):
        adopt(programme=programme, session=adoption_session(), by=secretary, places=1, now=END - DAY, shown=BY_PROGRAM)
    with pytest.raises(QuorumNotReached):
        adopt(programme=programme, session=adoption_session(), by=secretary, places=1, now=END, shown=BY_PROGRAM)
    with pytest.raises(BallotAlreadyHeld):
        start_ballot(programme, secretary)
    # Over without its quorum: it remains visible beside the next one.
    rules = {"kind": "ranked", "ballot": "nominative", "quorum": 50, "opens_at": END, "closes_at": END + DAY}
    second = open_ballot(programme=programme, by=secretary, now=END, **rules, shown=BY_PROGRAM)
    poll.refresh_from_db()
    assert (poll.slug, second.slug) == ("programme-2026", "programme-2026-2")
    # A list shows both.
    facts = {"title": poll.title, "rank": 2}
    assert second.title == gettext("%(title)s (ballot no. %(rank)d)") % facts
    assert second.questions.get().kind == Question.Kind.RANKED


def test_slug_of_a_ballot_is_not_that_of_another_poll(programme, topics, secretary):
    for slug in ("programme-2026", "programme-2026-3"):
        make_poll(slug)
    assert start_ballot(programme, secretary).slug == "programme-2026-2"


def test_a_ballot_without_answers_can_be_replaced(programme, topics, secretary):
    start_ballot(programme, secretary)
    start_ballot(programme, secretary, quorum=10)
    assert Poll.objects.get().quorum == 10


def test_members_and_news_editors_cannot_open_a_ballot_or_adopt(programme, topics, secretary, editor_of):
    for user in (holder(), editor_of("Rédaction")):
        with pytest.raises(PermissionDenied):
            start_ballot(programme, user)
    start_ballot(programme, secretary)
    with pytest.raises(PermissionDenied):
        adopt(
            programme=programme,
            session=adoption_session(),
            by=editor_of("Rédaction"),
            places=1,
            now=END,
            shown=BY_PROGRAM,
        )


def test_priorities_cannot_be_added_before_the_ballot(programme, topics):
    with pytest.raises(ValidationError, match="vote"):
        Priority(programme=programme, topic=topics[0]).full_clean()


def test_secretariat_can_open_the_ballot_and_adopt_in_the_admin(client, programme, topics, secretary):
    client.force_login(secretary)
    edit, steps = (
        f"/admin/programmes-de-travail/edit/{programme.pk}/",
        "/admin/programmes-de-travail",
    )
    with time_machine.travel(NOW, tick=False):
        assert f"{steps}/vote/{programme.pk}/" in client.get(edit).content.decode()
        rules = {"kind": "points", "ballot": "secret", "quorum": "", "opens_at": "2026-01-05 12:00"}
        page = confirm(client, f"{steps}/vote/{programme.pk}/", {**rules, "closes_at": "2026-01-04 12:00"})
        assert "une fin qui vient après le début" in page.content.decode()
        confirm(client, f"{steps}/vote/{programme.pk}/", {**rules, "closes_at": "2026-01-15 13:00"})
    poll = Poll.objects.get()
    vote(poll, holder(), t0=2, t1=2)
    with time_machine.travel(END + DAY, tick=False):
        page = confirm(
            client, f"{steps}/adoption/{programme.pk}/", {"places": 1, "session": adoption_session().pk}
        ).content.decode()
        assert "autant de points" in page
        confirm(
            client,
            f"{steps}/adoption/{programme.pk}/",
            {"places": 1, "preferred": [topics[1].pk], "session": adoption_session().pk},
        )
    assert Priority.objects.get().topic_id == topics[1].pk
    client.force_login(UserFactory())
    assert client.get(f"{steps}/adoption/{programme.pk}/").status_code == 302


@time_machine.travel(END + DAY, tick=False)
def test_adoption_with_an_invalid_topic_page_shows_the_page_and_reason(client, programme, topics, secretary):
    poll = start_ballot(programme, secretary)
    vote(poll, holder(), t1=3, t0=1)
    topics[1].body = [("text", RichText("<h3>Trop bas</h3>"))]
    topics[1].save()
    client.force_login(secretary)
    with time_machine.travel(END + DAY, tick=False):
        path = f"/admin/programmes-de-travail/adoption/{programme.pk}/"
        answer = confirm(client, path, {"places": 1, "session": adoption_session().pk}).content.decode()
    assert topics[1].title in answer
    assert "titre 2" in answer.replace("\xa0", " ")
    assert not Priority.objects.exists()
