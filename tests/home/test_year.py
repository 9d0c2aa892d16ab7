"""The committee's year: from the ballot over ten topics to the yearly report, with figures counted by hand.

| | events | figure |
| --- | --- | --- |
| ballot | four seats: 9, 9, 12 and 10 points for topics 1, 2, 3 and 8 | 3 priorities |
| sessions | the eight of the seed; seat 1 misses one, seat 2 the third to the fifth | 28 of 32 seats: 88 % |
| people | four holders, and the substitute who came to the sixth | 5 |
| minutes | seven approved at the next session, the eighth pending | 7 |
| decisions | two at the first session, one at each of the next six | 8 |
| actions | one of two is done | 50 % |
"""

import csv
import datetime as dt
import json
import subprocess
import sys
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine

from committee.area.queries import member_tasks
from committee.attendance.services.recording import State, record_sheet
from committee.errors import AttendanceRefused, CorrectionsClosed, TieAtCutoff
from committee.minutes.services import (
    approve_minutes,
    decide_correction,
    open_round,
    propose_correction,
    save_draft,
    set_done,
)
from committee.models import (
    Attendance,
    Correction,
    DecisionMethod,
    Deliverable,
    Mandate,
    SessionAction,
    SessionPage,
    TopicPage,
    WorkProgramme,
)
from committee.models.attendance_rules import code_of
from committee.programme.services import adopt, open_ballot
from committee.register.exports import export
from common.shown import BY_PROGRAM
from indicators.models import Restitution
from mailing.models import Message
from polls.errors import NotInElectorate
from polls.services.answers import (
    answer_poll,
)
from tests.bulk import confirm
from tests.factories import (
    MandateFactory,
    MemberFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SeatFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
Role = Mandate.Role
DAYS = [(1, 14), (2, 25), (3, 18), (4, 24), (5, 20), (6, 17), (9, 16), (10, 14)]


def at(month, day, hour=18, year=2019):
    return dt.datetime(year, month, day, hour, tzinfo=PARIS)


class Committee:
    """Four seats with their holders, a substitute for the fourth, a coordinator, a rapporteur, and ten topics."""

    def __init__(self, secretary):
        self.secretary = secretary
        self.seats = SeatFactory.create_batch(4)
        self.holders = [self.add_mandate(seat=seat) for seat in self.seats]
        self.substitute = self.add_mandate(seat=self.seats[3], role=Role.SUBSTITUTE)
        self.coordinator, self.rapporteur = self.holders[0], self.holders[1]
        for person, role in ((self.coordinator, Role.COORDINATOR), (self.rapporteur, Role.RAPPORTEUR)):
            MandateFactory(member=person.member, seat=None, role=role)
        self.topics = [TopicPageFactory(number=number, title=f"Sujet {number}") for number in range(1, 11)]

    def add_mandate(self, **mandate):
        user = UserFactory(date_joined=at(1, 1, year=2018))
        MandateFactory(member=MemberFactory(user=user), **mandate)
        return user


@pytest.fixture
def committee(editor_of):
    with time_machine.travel(at(12, 1, year=2018), tick=False):
        return Committee(editor_of("Animation"))


def adopt_programme(committee, session):
    programme = WorkProgramme.objects.create(year=2019)
    start, end = at(12, 20, year=2018), at(1, 14, 17)
    rules = {"kind": "points", "ballot": "secret", "quorum": 75, "opens_at": start, "closes_at": end}
    poll = open_ballot(programme=programme, by=committee.secretary, now=start, **rules, shown=BY_PROGRAM)
    question = poll.questions.get()
    choices = dict(enumerate(question.choices.order_by("pk"), 1))
    first, second, third, fourth = committee.holders
    ballots = {first: {1: 6, 2: 4}, second: {2: 5, 3: 5}, third: {3: 7, 1: 3}, fourth: {8: 10}}
    for user, points in ballots.items():
        assert any(poll.title in one.title for one in member_tasks(user.member, start))
        answer = {choices[number].pk: given for number, given in points.items()}
        answer_poll(poll=poll, user=user, answers={question.pk: answer}, now=start)
    with pytest.raises(NotInElectorate):
        answer_poll(poll=poll, user=committee.substitute, answers={question.pk: {choices[1].pk: 10}}, now=start)
    now = at(1, 14, 19)
    with time_machine.travel(now, tick=False), pytest.raises(TieAtCutoff):
        adopt(programme=programme, session=session, by=committee.secretary, places=3, now=now, shown=BY_PROGRAM)
    with time_machine.travel(now, tick=False):
        first = {committee.topics[0].pk}
        chosen = adopt(
            programme=programme,
            session=session,
            by=committee.secretary,
            places=3,
            now=now,
            preferred=first,
            shown=BY_PROGRAM,
        )
    assert [one.topic.number for one in chosen] == [3, 8, 1]
    return chosen


def hold_session(committee, number, month, day):
    """Holds a session: the coordinator records the attendance."""
    starts_at = at(month, day)
    with time_machine.travel(starts_at - dt.timedelta(days=20), tick=False):
        page = SessionPageFactory(
            title=f"Séance {number}", number=number, starts_at=starts_at, ends_at=at(month, day, 20)
        )
        page.save_revision().publish()
    session = SessionPage.objects.get(pk=page.pk)
    states = dict.fromkeys([seat.pk for seat in committee.seats], State.PRESENT)
    if number == 2:
        states[committee.seats[0].pk] = State.ABSENT
    if number in (3, 4, 5):
        states[committee.seats[1].pk] = State.EXCUSED
    if number == 6:
        states[committee.seats[3].pk] = State.SUBSTITUTED
    if number == 7:
        states[committee.seats[2].pk] = State.ONLINE
    record_sheet(session=session, states=states, by=committee.coordinator, now=at(month, day, 21))
    return session


def write_minutes(committee, session, number):
    """Drafts the minutes as the rapporteur and opens two weeks of corrections."""
    now = session.starts_at + dt.timedelta(days=2)
    topic = committee.topics[2]
    decisions = [
        {
            "text": f"Décision {number}.{rank}",
            "responsible": "La ville",
            "due_on": None,
            "topic": topic,
            "manner": DecisionMethod.AGREEMENT,
        }
        for rank in range(1, 3 if number == 1 else 2)
    ]
    action = {"text": "Écrire le guide", "responsible": "", "due_on": None, "topic": topic, "member": None}
    with time_machine.travel(now, tick=False):
        save_draft(
            session=session,
            author=committee.rapporteur,
            text=f"La séance {number} a eu lieu.",
            decisions=decisions,
            actions=[action] if number < 3 else [],
            seen=0,
            now=now,
        )
        open_round(
            session=session,
            actor=committee.rapporteur,
            until=now.date() + dt.timedelta(days=14),
            now=now,
            shown=BY_PROGRAM,
        )


def correct(committee, session):
    """Submits one member's correction in time, and another's too late."""
    fields = {"passage": "a eu lieu", "replacement": "a réuni tout le monde", "why": "C’est plus juste."}
    people = committee.holders[2], committee.holders[3]
    now = session.starts_at + dt.timedelta(days=10)
    found = propose_correction(session=session, author=people[0], key=uuid.uuid4(), now=now, **fields)
    is_decided = decide_correction(
        correction=found,
        actor=committee.rapporteur,
        state=Correction.State.ACCEPTED,
        reason="Oui.",
        now=now,
        shown=BY_PROGRAM,
    )
    assert is_decided
    late = session.starts_at + dt.timedelta(days=17)
    with pytest.raises(CorrectionsClosed):
        propose_correction(session=session, author=people[1], key=uuid.uuid4(), now=late, **fields)


def approve(committee, session, later):
    now = later.starts_at + dt.timedelta(hours=1)
    with time_machine.travel(now, tick=False):
        approve_minutes(session=session, approved_in=later, actor=committee.coordinator, now=now, shown=BY_PROGRAM)


def complete_work(committee):
    """Answers a proposal, finishes a deliverable in time, completes one of two actions."""
    published = at(2, 1, 10)
    proposal = ProposalFactory(
        created_at=published,
        state="acceptee",
        topic=committee.topics[2],
        answer_due_on=dt.date(2019, 4, 1),
        answered_at=at(3, 1, 10),
        answer_delay=28,
    )
    OfficialAnswerFactory(proposal=proposal, published_at=at(3, 1, 10))
    day = dt.date(2019, 10, 1)
    Deliverable.objects.create(
        topic=committee.topics[2], title="Le guide", due_on=dt.date(2019, 10, 14), done_on=day, state="livre"
    )
    action = SessionAction.objects.published().order_by("session__starts_at").first()
    set_done(row=action, actor=committee.coordinator, done_on=day, now=at(10, 1, 12))


def test_year_from_the_ballot_to_the_yearly_report(committee, client, tmp_path, outbox):
    first_session = hold_session(committee, 1, *DAYS[0])
    chosen = adopt_programme(committee, first_session)
    sessions = []
    for number, (month, day) in enumerate(DAYS, 1):
        session = hold_session(committee, number, month, day) if sessions else first_session
        if sessions:
            approve(committee, sessions[-1], session)
        sessions.append(session)
        write_minutes(committee, session, number)
        if number == 1:
            correct(committee, session)
    complete_work(committee)

    # Three absences in a row of the second seat are reported once.
    messages = Message.objects.filter(kind__contains="absence")
    assert {message.to_email for message in messages} == {committee.coordinator.email}
    # Approved records are frozen: attendance, minutes, decisions.
    first = SessionPage.objects.get(pk=sessions[0].pk)
    states = {committee.seats[0].pk: State.ABSENT}
    with pytest.raises(AttendanceRefused):
        record_sheet(session=first, states=states, by=committee.coordinator, now=at(11, 1))
    assert len(code_of(first)) == 6

    # The register, checked by its own standalone program.
    file = tmp_path / "registre.json"
    file.write_bytes(export())
    assert len(json.loads(file.read_bytes())["entries"]) == 8
    checker = [sys.executable, "committee/verify_register.py", str(file)]
    assert subprocess.run(checker, check=False, capture_output=True).returncode == 0
    file.write_bytes(file.read_bytes().replace("Décision 3.1".encode(), "Décision 3.2".encode()))
    broken = subprocess.run(checker, check=False, capture_output=True, text=True)
    assert broken.returncode == 1
    assert "4" in broken.stderr

    # The yearly report, built and published in the admin, in November.
    with time_machine.travel(at(11, 18), tick=False):
        client.force_login(committee.secretary)
        client.post(
            "/admin/restitutions/add/",
            {"year": 2019, "introduction": "Une année.", "quotes-count": 0},
        )
        steps = "/admin/restitutions"
        report = Restitution.objects.get()
        client.post(f"{steps}/chiffres/{report.pk}/")
        confirm(client, f"{steps}/publier/{report.pk}/")
        client.logout()
        response = client.get("/restitution/2019/chiffres.csv")
        rows = b"".join(response.streaming_content).decode("utf-8-sig").replace("\u00a0", " ").splitlines()
        figures = {row[1]: row[2] for row in csv.reader(rows[1:], delimiter=";")}
        assert "Une année." in client.get("/restitution/2019/").content.decode()
        public = client.get(f"/le-comite/seances/{first.slug}/").content.decode()
        programme = client.get("/le-comite/programme/2019/").content.decode()
    expected = {
        "Séances tenues": "8",
        "Séances dont le compte rendu est publié": "7",
        "Sièges représentés": "88 %",
        "Membres venus au moins une fois": "5",
        "Décisions": "8",
        "Actions faites": "50 %",
        "Priorités de l’année": "3",
        "Livrables rendus": "1",
        "Livrables attendus dans l’année et rendus avant sa fin": "100 %",
        "Propositions publiées": "1",
        "Réponses officielles": "1",
        "Délai médian avant la première réponse": "28 jours",
        "Réponses données à la date annoncée": "100 %",
        "Sondages": "1",
        "Réponses aux sondages": "4",
    }
    assert {label: figures[label] for label in expected} == expected
    assert Attendance.objects.count() == 32

    # Public content: the corrected minutes, the count of seats, no names.
    assert "a réuni tout le monde" in public
    assert "4 sièges représentés sur 4" in public.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert committee.holders[2].member.name not in public
    assert all(one.topic.title in programme for one in chosen)
    assert TopicPage.objects.filter(progress=TopicPage.Progress.ONGOING).count() == 3
