"""Work programme: the ballot of the seats, its adoption, the pages, late deliverables."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.rich_text import RichText

from committee.attendance.services.absences import announce_absence, take_back_absence
from committee.errors import BallotAlreadyHeld, BallotNotOver, BallotRefused, QuorumNotReached, TieAtCutoff
from committee.hooks import member_tasks
from committee.models import (
    Attendance,
    Deliverable,
    Mandate,
    Priority,
    SessionPage,
    TopicPage,
    TopicStep,
    WorkProgramme,
)
from committee.programme.queries import standings
from committee.programme.services import adopt, open_ballot
from polls.errors import NotInElectorate, PollAlreadyAnswered, SeatAnswered
from polls.models import Participation, Poll, Question
from polls.queries.electorate import electorate
from polls.queries.results import turnout
from polls.services.answers import (
    answer_poll,
)
from tests.charts import charts_in
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
def secretary(editor_of):
    return editor_of("Secrétariat")


@pytest.fixture
def topics(db):
    return TopicPageFactory.create_batch(4)


@pytest.fixture
def programme(db):
    return WorkProgramme.objects.create(year=2026)


def holder(**fields):
    """A member with an account, since long before the ballot."""
    user = UserFactory(date_joined=NOW - 100 * DAY)
    MandateFactory(member=MemberFactory(user=user), **fields)
    return user


def adopting():
    """The session at which the ballot ends, and at which the committee adopts."""
    found = SessionPage.objects.filter(starts_at=END).first()
    return found or SessionPageFactory(starts_at=END, ends_at=END + 2 * HOUR)


def put_to_the_vote(programme, by, **rules):
    rules = {"kind": "points", "ballot": "secret", "quorum": None, "opens_at": NOW, "closes_at": END, **rules}
    open_ballot(programme=programme, by=by, now=NOW, **rules)
    programme.refresh_from_db()
    return programme.poll


def vote(poll, user, **points):
    """`points` by the rank of the topic: `vote(poll, user, t0=3, t1=1)`."""
    question = poll.questions.get()
    choices = list(question.choices.order_by("pk"))
    answer = {choices[int(name[1:])].pk: number for name, number in points.items()}
    return answer_poll(poll=poll, user=user, answers={question.pk: answer}, now=NOW)


@pytest.mark.parametrize("ballot", Poll.Ballot.values)
def test_a_seat_has_one_answer_whoever_of_its_two_people_gives_it(programme, topics, secretary, ballot):
    poll = put_to_the_vote(programme, secretary, ballot=ballot)
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
    # Two seats are filled: one whose people have no account counts too.
    counted = turnout(poll, now=NOW)
    assert (counted.people, counted.invited) == (1, 2)


@time_machine.travel(NOW, tick=False)
def test_a_substitute_answers_while_the_holder_is_absent_or_where_there_is_none(client, programme, topics, secretary):
    """A substitute gave the secret and final answer of a seat whose holder was there."""
    poll = put_to_the_vote(programme, secretary)
    seat = SeatFactory()
    first, second, alone = holder(seat=seat), holder(seat=seat, role=Role.SUBSTITUTE), holder(role=Role.SUBSTITUTE)

    def invited():
        return set(electorate(poll, NOW))

    assert invited() == {first, alone}
    assert turnout(poll, now=NOW).invited == 2
    client.force_login(second)
    page = client.get(poll.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Le suppléant répond si le titulaire ne peut pas venir à la prochaine séance" in page
    assert "Envoyer ma réponse" not in page
    session = SessionPageFactory(starts_at=NOW + DAY, ends_at=NOW + DAY + DAY / 12)
    announce_absence(session=session, member=first.member, by=first, now=NOW)
    assert invited() == {first, second, alone}
    take_back_absence(session=session, member=first.member, now=NOW)
    assert invited() == {first, alone}
    noted = {"session": session, "seat": seat, "member": first.member, "how": "sheet", "recorded_at": NOW}
    row = Attendance.objects.create(state="absent", **noted)
    assert invited() == {first, second, alone}
    Attendance.objects.filter(pk=row.pk).update(state="present")
    assert invited() == {first, alone}


def test_the_database_holds_one_answer_for_a_seat(programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary)
    Participation.objects.create(poll=poll, user=UserFactory(), voice="siege-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(poll=poll, user=UserFactory(), voice="siege-1")


def test_only_those_who_fill_a_seat_answer(programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary)
    office, former = holder(seat=None, role=Role.COORDINATOR), holder(ends_on=NOW.date() - DAY)
    for user in (office, former, UserFactory(date_joined=NOW - DAY)):
        with pytest.raises(NotInElectorate):
            vote(poll, user, t0=4)


@time_machine.travel(NOW, tick=False)
def test_the_page_tells_the_other_one_of_a_seat_that_the_answer_is_given(client, programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary)
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


def test_the_first_topics_become_the_priorities_and_work_on_them_begins(programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary, quorum=100)
    for user, points in ((holder(), {"t2": 3, "t0": 1}), (holder(), {"t2": 1, "t1": 3})):
        vote(poll, user, **points)
    priorities = adopt(programme=programme, session=adopting(), by=secretary, places=2, now=END)
    assert [(one.topic_id, one.score) for one in priorities] == [(topics[2].pk, 4), (topics[1].pk, 3)]
    assert set(TopicPage.objects.filter(progress="en-cours")) == {topics[2], topics[1]}
    with pytest.raises(BallotAlreadyHeld):
        adopt(programme=programme, session=adopting(), by=secretary, places=2, now=END)
    with pytest.raises(BallotAlreadyHeld):
        put_to_the_vote(programme, secretary)


def test_equal_points_at_the_last_place_are_decided_by_a_person(programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary)
    vote(poll, holder(), t0=2, t1=1, t3=1)
    with pytest.raises(TieAtCutoff) as refusal:
        adopt(programme=programme, session=adopting(), by=secretary, places=2, now=END)
    assert ([topic.pk for topic in refusal.value.tied], refusal.value.places) == ([topics[1].pk, topics[3].pk], 1)
    for preferred in ({topics[1].pk, topics[3].pk}, {topics[2].pk}):
        with pytest.raises(TieAtCutoff):
            adopt(programme=programme, session=adopting(), by=secretary, places=2, now=END, preferred=preferred)
    assert not Priority.objects.exists()
    priorities = adopt(
        programme=programme, session=adopting(), by=secretary, places=2, now=END, preferred={topics[3].pk}
    )
    assert [one.topic_id for one in priorities] == [topics[0].pk, topics[3].pk]


def test_the_committee_adopts_at_a_session_that_saw_the_end_of_the_ballot(client, programme, topics, secretary):
    """The ballot, its results and the programme say the same: the points help, a session decides."""
    poll = put_to_the_vote(programme, secretary)
    assert "Les points aident le comité à décider" in poll.introduction
    vote(poll, holder(), t1=4)
    before = SessionPageFactory(starts_at=END - DAY, ends_at=END - HOUR)
    SessionPageFactory(starts_at=END + 9 * DAY, ends_at=END + 9 * DAY + HOUR)
    with pytest.raises(BallotNotOver, match="La prochaine est le samedi 24"):
        adopt(programme=programme, session=before, by=secretary, places=1, now=END)
    # The result still counts: no other ballot takes its place while the session is to come.
    with time_machine.travel(END, tick=False), pytest.raises(BallotAlreadyHeld):
        open_ballot(
            programme=programme, by=secretary, now=END, kind="points", ballot="secret", quorum=None,
            opens_at=END, closes_at=END + DAY,
        )  # fmt: skip
    session = adopting()
    with pytest.raises(BallotRefused):
        adopt(programme=programme, session=before, by=secretary, places=1, now=END)
    adopt(programme=programme, session=session, by=secretary, places=1, now=END)
    programme.refresh_from_db()
    assert programme.adopted_in == session
    page = client.get(programme.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Adopté à la séance du 15 janvier 2026" in page
    assert f'href="{session.url}"' in page


def test_a_topic_without_a_point_is_no_priority(programme, topics, secretary):
    vote(put_to_the_vote(programme, secretary), holder(), t1=4)
    assert len(adopt(programme=programme, session=adopting(), by=secretary, places=3, now=END)) == 1


def test_a_ballot_decides_at_its_end_and_with_its_quorum(programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary, quorum=60)
    voter, _silent = holder(), holder()
    vote(poll, voter, t0=4)
    with pytest.raises(BallotNotOver):
        adopt(programme=programme, session=adopting(), by=secretary, places=1, now=END - DAY)
    with pytest.raises(QuorumNotReached):
        adopt(programme=programme, session=adopting(), by=secretary, places=1, now=END)
    with pytest.raises(BallotAlreadyHeld):
        put_to_the_vote(programme, secretary)
    # Over, and without its quorum: it stays to be read beside the next one.
    rules = {"kind": "ranked", "ballot": "nominative", "quorum": 50, "opens_at": END, "closes_at": END + DAY}
    second = open_ballot(programme=programme, by=secretary, now=END, **rules)
    poll.refresh_from_db()
    assert (poll.slug, second.slug) == ("programme-2026", "programme-2026-2")
    assert second.questions.get().kind == Question.Kind.RANKED


def test_a_ballot_takes_no_address_of_another_poll(programme, topics, secretary):
    for slug in ("programme-2026", "programme-2026-3"):
        make_poll(slug)
    assert put_to_the_vote(programme, secretary).slug == "programme-2026-2"


def test_a_ballot_that_nobody_answered_gives_way(programme, topics, secretary):
    put_to_the_vote(programme, secretary)
    put_to_the_vote(programme, secretary, quorum=10)
    assert Poll.objects.get().quorum == 10


def test_members_and_editors_of_news_neither_open_nor_adopt(programme, topics, secretary, editor_of):
    for person in (holder(), editor_of("Rédaction")):
        with pytest.raises(PermissionDenied):
            put_to_the_vote(programme, person)
    put_to_the_vote(programme, secretary)
    with pytest.raises(PermissionDenied):
        adopt(programme=programme, session=adopting(), by=editor_of("Rédaction"), places=1, now=END)


def test_priorities_come_from_the_ballot_alone(programme, topics):
    with pytest.raises(ValidationError, match="vote"):
        Priority(programme=programme, topic=topics[0]).full_clean()


def test_the_secretariat_opens_the_ballot_and_adopts_in_the_admin(client, programme, topics, secretary):
    client.force_login(secretary)
    edit, steps = (
        f"/admin/snippets/committee/workprogramme/edit/{programme.pk}/",
        "/admin/snippets/committee/workprogramme",
    )
    with time_machine.travel(NOW, tick=False):
        assert f"{steps}/vote/{programme.pk}/" in client.get(edit).content.decode()
        rules = {"kind": "points", "ballot": "secret", "quorum": "", "opens_at": "2026-01-05 12:00"}
        page = client.post(f"{steps}/vote/{programme.pk}/", {**rules, "closes_at": "2026-01-04 12:00"})
        assert "une fin qui vient après le début" in page.content.decode()
        client.post(f"{steps}/vote/{programme.pk}/", {**rules, "closes_at": "2026-01-15 13:00"})
    poll = Poll.objects.get()
    vote(poll, holder(), t0=2, t1=2)
    with time_machine.travel(END + DAY, tick=False):
        page = client.post(
            f"{steps}/adoption/{programme.pk}/", {"places": 1, "session": adopting().pk}
        ).content.decode()
        assert "autant de points" in page
        client.post(
            f"{steps}/adoption/{programme.pk}/", {"places": 1, "preferred": [topics[1].pk], "session": adopting().pk}
        )
    assert Priority.objects.get().topic_id == topics[1].pk
    client.force_login(UserFactory())
    assert client.get(f"{steps}/adoption/{programme.pk}/").status_code == 302


@time_machine.travel(END + DAY, tick=False)
def test_an_adoption_that_would_publish_a_page_with_a_fault_says_which_page(client, programme, topics, secretary):
    poll = put_to_the_vote(programme, secretary)
    vote(poll, holder(), t1=3, t0=1)
    topics[1].body = [("text", RichText("<h3>Trop bas</h3>"))]
    topics[1].save()
    client.force_login(secretary)
    with time_machine.travel(END + DAY, tick=False):
        path = f"/admin/snippets/committee/workprogramme/adoption/{programme.pk}/"
        answer = client.post(path, {"places": 1, "session": adopting().pk}).content.decode()
    assert topics[1].title in answer
    assert "titre 2" in answer.replace("\xa0", " ")
    assert not Priority.objects.exists()


def test_anyone_reads_the_programme_once_it_is_adopted_and_not_before(client, programme, topics, secretary):
    address = reverse("committee:work_programme", args=[2026])
    vote(put_to_the_vote(programme, secretary), holder(), t0=3, t1=1)
    assert client.get(address).status_code == 404
    assert "Priorités" not in client.get("/le-comite/programme/").content.decode()
    adopt(programme=programme, session=adopting(), by=secretary, places=2, now=END)
    Priority.objects.filter(topic=topics[0]).update(objective="Dix démarches disent leur durée.")
    topics[1].unpublish()
    for page in (client.get(path).content.decode() for path in (address, "/le-comite/programme/", topics[0].url)):
        assert "Dix démarches disent leur durée." in page
        assert topics[1].title not in page.partition("<main")[2].partition("vote")[0]
    assert not client.get(address).cookies


@time_machine.travel(NOW, tick=False)
def test_what_is_late_is_said_to_everybody_and_asked_of_who_leads(client, topics, secretary):
    leader = MandateFactory(member__user=UserFactory()).member
    TopicPage.objects.filter(pk=topics[0].pk).update(pilot=leader)
    today = NOW.date()
    for title, due, state in (("Tard", -1, "en-cours"), ("Ce jour", 0, "a-faire"), ("Livré", -3, "livre")):
        done_on = today if state == "livre" else None
        Deliverable.objects.create(topic=topics[0], title=title, due_on=today + due * DAY, state=state, done_on=done_on)
    late = Deliverable.objects.late(today)
    assert [row.title for row in late] == ["Tard"]
    assert "Tard" in client.get("/le-comite/programme/").content.decode()
    assert [one.text for one in member_tasks(leader, NOW) if "Tard" in one.text]
    assert not [one for one in member_tasks(MandateFactory().member, NOW) if "Tard" in one.text]
    client.force_login(secretary)
    assert "Tard" in client.get("/admin/").content.decode()
    topics[0].unpublish()
    assert not Deliverable.objects.late(today)


def test_the_page_of_a_programme_shows_the_deliverables_of_its_year(client):
    """Expected in it or, without a day, delivered in it: what a topic brings in another year is on the page of that."""
    topic = TopicPageFactory()
    for year in (2019, 2026):
        Priority.objects.create(programme=WorkProgramme.objects.create(year=year, adopted_at=NOW), topic=topic)
    for title, due_on, done_on in (
        ("Attendu en 2019", "2019-12-31", None),
        ("Rendu en retard", "2019-06-01", "2026-01-02"),
        ("Rendu sans date annoncée", None, "2019-03-01"),
        ("Attendu en 2026", "2026-01-01", None),
        ("Sans date", None, None),
    ):
        state = "livre" if done_on else "en-cours"
        Deliverable.objects.create(topic=topic, title=title, due_on=due_on, done_on=done_on, state=state)
    pages = {year: client.get(f"/le-comite/programme/{year}/") for year in (2019, 2026)}
    shown = {
        year: [row.title for _priority, rows in page.context["priorities"] for row, _late in rows]
        for year, page in pages.items()
    }
    assert shown == {
        2019: ["Attendu en 2019", "Rendu en retard", "Rendu sans date annoncée"],
        2026: ["Attendu en 2026"],
    }
    assert "2 sur 3" in pages[2019].content.decode().replace("\u00a0", " ")
    assert "0 sur 1" in pages[2026].content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("number", [3, 12])
def test_the_page_of_a_programme_costs_the_same(client, secretary, number, django_assert_max_num_queries):
    programme = WorkProgramme.objects.create(year=2025, adopted_at=NOW)
    for topic in TopicPageFactory.create_batch(number):
        Priority.objects.create(programme=programme, topic=topic)
        Deliverable.objects.create(topic=topic, title="Guide", due_on="2025-06-01")
    client.get("/le-comite/programme/2025/")
    with django_assert_max_num_queries(6):
        client.get("/le-comite/programme/2025/")


@time_machine.travel(NOW, tick=False)
def test_what_is_late_comes_first_in_words_and_with_its_mark(client):
    first, second = TopicPageFactory(progress="en-cours"), TopicPageFactory(progress="en-cours", pictogram="inclusion")
    programme = WorkProgramme.objects.create(year=2026, adopted_at=NOW)
    for topic in (first, second):
        Priority.objects.create(programme=programme, topic=topic)
    Deliverable.objects.create(topic=second, title="Tard", due_on=dt.date(2026, 1, 2))
    Deliverable.objects.create(topic=first, title="Plus tard", due_on=dt.date(2026, 3, 2))
    board, year = (client.get(f"/le-comite/programme/{end}").content.decode() for end in ("", "2026/"))
    for page in (board, year):
        late = page.partition('id="retard"')[2].partition("</section>")[0]
        assert "Tard" in late
        assert "badge--no" in late
        assert "family--inclusion" in late
        assert "Plus tard" not in late
        assert page.index('id="retard"') < page.index("Plus tard")
    under_way = board.partition('id="en-cours"')[2]
    assert under_way.index(second.title) < under_way.index(first.title)


@time_machine.travel(NOW, tick=False)
def test_the_line_of_the_year_has_its_steps_and_deliverables_and_no_others(client):
    topic = TopicPageFactory(pictogram="data")
    Priority.objects.create(programme=WorkProgramme.objects.create(year=2026, adopted_at=NOW), topic=topic)
    TopicStep.objects.create(topic=topic, title="Lire", day=dt.date(2026, 2, 1), is_done=True)
    TopicStep.objects.create(topic=topic, title="Relire", day=dt.date(2027, 2, 1))
    Deliverable.objects.create(topic=topic, title="Guide", due_on=dt.date(2026, 1, 2))
    Deliverable.objects.create(
        topic=topic, title="Carte", due_on=dt.date(2026, 6, 1), done_on=NOW.date(), state="livre"
    )
    chart = client.get("/le-comite/programme/2026/").context["year_chart"]
    notes = ["En retard", "Fait", "livré le 5\xa0janvier 2026"]
    assert [(event.title, event.words) for event in chart.events] == [
        (title, f"{note} · {topic.title}") for title, note in zip(("Guide", "Lire", "Carte"), notes, strict=True)
    ]
    assert [event.title for event in chart.events if event.is_late] == ["Guide"]
    assert {event.family for event in chart.events} == {"figures"}
    for path in ("/le-comite/programme/", "/le-comite/programme/2026/"):
        charts = charts_in(client.get(path).content.decode())
        assert charts
        assert [fault for one in charts for fault in one.faults()] == []
