"""States of a proposal: transition table as a matrix, reasons, merges, withdrawals, reminders, mails, history."""

import datetime as dt
import uuid
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
from participation.errors import (
    NotWaiting,
    ReasonMissing,
    TargetMissing,
    WrongState,
)
from participation.models import OfficialAnswer, Proposal, ProposalStep
from participation.models.deadlines import answer_due_on
from participation.services.answers import (
    publish_answer,
)
from participation.services.moderation import moderate
from participation.services.proposals import submit_proposal
from participation.services.reminders import remind_of_due_answers
from participation.services.states import (
    change_state,
    remind_service,
)
from tests.bulk import confirm
from tests.factories import (
    CityServiceFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
    UserFactory,
)
from tests.outbox import outbox
from tests.races import run_together
from tests.tables import assert_table, undone

# Later than the dates of the factories.
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

State, Role = Proposal.State, ProposalStep.Role

# Written by hand, not read from the model: transitions from the row to the columns. T team, S service, A author.
COLUMNS = "RECEIVED PUBLISHED STUDIED ACCEPTED PARTLY_ACCEPTED NOT_RETAINED IN_PROGRESS DONE MERGED WITHDRAWN REFUSED"
MATRIX = """
RECEIVED        - T -  - - - -  -  - A T
PUBLISHED       - - TS S S S TS TS T A T
STUDIED         - - -  S S S TS TS T A T
ACCEPTED        - - TS - S S TS TS - - -
PARTLY_ACCEPTED - - TS S - S TS TS - - -
NOT_RETAINED    - - TS S S - -  -  - - -
IN_PROGRESS     - - TS - - S -  TS - - -
DONE            - - TS - - - -  -  - - -
MERGED          - T -  - - - -  -  - - -
WITHDRAWN       - - -  - - - -  -  - - -
REFUSED         - T -  - - - -  -  - - -
"""
ALLOWED = {
    (State[before], State[after]): roles.replace("-", "")
    for before, *cells in (line.split() for line in MATRIX.strip().splitlines())
    for after, roles in zip(COLUMNS.split(), cells, strict=True)
}
LETTERS = {Role.TEAM: "T", Role.SERVICE: "S", Role.AUTHOR: "A", Role.IMPORT: "I"}


@pytest.fixture
def actors(editor_of):
    """Users for each role except the author, who is created with the proposal."""
    return {
        Role.TEAM: editor_of("Modération"),
        Role.SERVICE: editor_of("Services"),
        Role.IMPORT: editor_of("Animation"),
    }


def step_to(proposal, state, role, actor, **more):
    return change_state(
        **{"proposal": proposal, "state": state, "role": role, "actor": actor, "now": NOW, "reason": "Parce que."}
        | more,
        shown=BY_PROGRAM,
    )


def test_transitions_permitted_to_each_role(actors):
    target, found, expected = ProposalFactory(), {}, {}
    for before in State:
        pk = ProposalFactory(state=before).pk
        for role, after in product(Role, State):
            expected[before, after, role] = LETTERS[role] in ALLOWED[before, after]
            with undone():
                proposal = Proposal.objects.get(pk=pk)
                actor = proposal.author if role == Role.AUTHOR else actors[role]
                try:
                    moved = step_to(proposal, after, role, actor, target=target if after == State.MERGED else None)
                except (WrongState, PermissionDenied):
                    found[before, after, role] = False
                else:
                    found[before, after, role] = moved.state == after and before != after
    assert_table(found, expected)


def test_matrix_contains_every_pair_of_states():
    assert set(ALLOWED) == {(before, after) for before in State for after in State}


@pytest.mark.parametrize("role", [Role.TEAM, Role.SERVICE])
@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", None])
def test_role_requires_its_permission(editor_of, role, group):
    person = editor_of(group) if group else UserFactory()
    for actor in (person, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            step_to(ProposalFactory(), State.STUDIED, role, actor)


def test_services_cannot_moderate_and_moderators_cannot_answer(editor_of):
    with pytest.raises(PermissionDenied):
        step_to(ProposalFactory(), State.STUDIED, Role.TEAM, editor_of("Services"))
    with pytest.raises(PermissionDenied):
        step_to(ProposalFactory(), State.ACCEPTED, Role.SERVICE, editor_of("Modération"))


@pytest.mark.parametrize(("state", "role"), [(State.REFUSED, Role.TEAM), (State.NOT_RETAINED, Role.SERVICE)])
def test_negative_state_requires_a_reason(actors, state, role):
    proposal = ProposalFactory(state=State.STUDIED)
    for nothing in ("", "  \n", "\u200b"):
        with pytest.raises(ReasonMissing):
            step_to(proposal, state, role, actors[role], reason=nothing)
    assert step_to(proposal, state, role, actors[role], reason="Trop cher.").state_reason == "Trop cher."


def test_step_stores_actor_role_time_and_reason_and_is_logged_once(actors):
    proposal, actor = ProposalFactory(), actors[Role.TEAM]
    for _time in range(2):
        step_to(proposal, State.STUDIED, Role.TEAM, actor, reason="Le comité en parle.\x00")
    step = proposal.steps.last()
    assert proposal.steps.count() == 3
    assert (step.from_state, step.to_state, step.role, step.actor) == ("publiee", "etudiee", Role.TEAM, actor)
    assert (step.at, step.reason) == (NOW, "Le comité en parle.")
    entry = ModelLogEntry.objects.get(action="participation.change_state")
    assert (entry.user, entry.data["from"], entry.data["to"]) == (actor, "publiee", "etudiee")
    assert [message.to for message in outbox] == [[proposal.author.email]]
    assert "Le comité en parle." in outbox[0].body


def test_history_of_a_proposal_starts_with_its_author(user, call, moderator):
    proposal = submit_proposal(
        author=user, call=call, title="Un titre", problem="Un problème", body="Une idée", topic=None, district="",
        key=uuid.uuid4(), now=NOW,
    )  # fmt: skip
    moderate(text=proposal, state=State.PUBLISHED, moderator=moderator, now=NOW, shown=BY_PROGRAM)
    steps = [(step.from_state, step.to_state, step.role, step.actor) for step in proposal.steps.all()]
    assert steps == [("", "recue", Role.AUTHOR, user), ("recue", "publiee", Role.TEAM, moderator)]


def test_database_refuses_a_step_without_a_change_of_state():
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalStep.objects.create(
            proposal=ProposalFactory(), at=NOW, from_state="publiee", to_state="publiee", role=Role.TEAM
        )


@pytest.mark.parametrize(
    ("before", "after", "restarts"),
    [
        (State.PUBLISHED, State.STUDIED, False),
        (State.NOT_RETAINED, State.STUDIED, True),
        (State.MERGED, State.PUBLISHED, True),
        (State.REFUSED, State.PUBLISHED, True),
    ],
)
def test_deadline_restarts_only_if_a_closed_proposal_is_reopened(actors, before, after, restarts):
    promised = dt.date(2020, 1, 15)
    proposal = ProposalFactory(state=before, answer_due_on=promised)
    moved = step_to(proposal, after, Role.TEAM, actors[Role.TEAM])
    assert moved.answer_due_on == (answer_due_on(timezone.localdate(NOW)) if restarts else promised)


# --- Merging -----------------------------------------------------------------------------------------------------


def merge(proposal, target, actor, now=NOW):
    return change_state(
        proposal=proposal, state=State.MERGED, role=Role.TEAM, actor=actor, now=now, target=target, shown=BY_PROGRAM
    )


def test_merge_is_a_step_and_pages_link_to_each_other(client, moderator):
    proposal, target = ProposalFactory(title="Canari jaune"), ProposalFactory(title="Perroquet vert")
    merge(proposal, target, moderator)
    merge(proposal, target, moderator)
    step = proposal.steps.last()
    assert (proposal.steps.count(), step.target) == (3, target)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert f'href="{target.get_absolute_url()}"' in page
    page = client.get(target.get_absolute_url()).content.decode()
    assert f'href="{proposal.get_absolute_url()}"' in page
    assert "Canari jaune" in page


@pytest.mark.parametrize("state", [State.RECEIVED, State.MERGED, State.WITHDRAWN, State.REFUSED])
def test_merge_into_a_hidden_or_merged_proposal_is_refused(moderator, state):
    with pytest.raises(TargetMissing):
        merge(ProposalFactory(), ProposalFactory(state=state), moderator)


def test_merge_without_target_into_itself_or_in_a_circle_is_refused(moderator):
    first, second = ProposalFactory(), ProposalFactory()
    for target in (None, first):
        with pytest.raises(TargetMissing):
            merge(first, target, moderator)
    merge(first, second, moderator)
    with pytest.raises(TargetMissing):
        merge(second, first, moderator)
    first.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=first.pk).update(merged_into=first.pk)


def test_concurrent_merges_into_each_other_create_no_circle(transactional_people):
    moderator, first, second = transactional_people
    run_together(
        [lambda: merge(first, second, moderator), lambda: merge(second, first, moderator)],
        expected=(TargetMissing,),
    )
    states = sorted(Proposal.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True))
    assert states == ["publiee", "regroupee"]


# --- Withdrawing -------------------------------------------------------------------------------------------------


def test_author_can_withdraw_a_proposal_after_a_confirmation(client, user):
    proposal = ProposalFactory(author=user, title="Canari jaune")
    CommentFactory(discussion=DiscussionFactory(proposal=proposal), body="Un perroquet")
    client.force_login(user)
    url = reverse("participation:withdraw", args=[proposal.pk])
    assert url in client.get(proposal.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == State.PUBLISHED
    for _time in range(2):
        confirm(client, url, {"reason": "Cela existe déjà."})
    proposal.refresh_from_db()
    step = proposal.steps.last()
    assert (proposal.state, step.role, step.reason, step.actor) == ("retiree", Role.AUTHOR, "Cela existe déjà.", user)
    assert proposal.steps.count() == 3
    assert outbox == []
    assert client.get(proposal.get_absolute_url()).status_code == 200
    client.logout()
    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert len(Proposal.objects.all().search("canari")) == 0


def test_other_users_cannot_withdraw_a_proposal(client, user, moderator):
    proposal = ProposalFactory()
    url = reverse("participation:withdraw", args=[proposal.pk])
    assert client.post(url).status_code == 302
    for person in (user, moderator):
        client.force_login(person)
        assert client.get(url).status_code == client.post(url).status_code == 404
        assert url not in client.get(proposal.get_absolute_url()).content.decode()
    proposal.refresh_from_db()
    assert proposal.state == State.PUBLISHED


@pytest.mark.parametrize("state", [State.ACCEPTED, State.NOT_RETAINED, State.DONE, State.MERGED, State.REFUSED])
def test_answered_merged_or_refused_proposal_cannot_be_withdrawn(client, user, state):
    proposal = ProposalFactory(author=user, state=state)
    client.force_login(user)
    url = reverse("participation:withdraw", args=[proposal.pk])
    answer = client.post(url, {"reason": ""})
    assert answer.status_code == 200
    assert "<form" not in answer.content.decode().split("<main")[1].split("</main>")[0]
    proposal.refresh_from_db()
    assert proposal.state == state


# --- Reminding ---------------------------------------------------------------------------------------------------


def remind(proposal, service, actor, **more):
    return remind_service(**{"proposal": proposal, "service": service, "actor": actor, "now": NOW} | more)


def test_reminder_is_sent_once_a_day_and_displayed_on_the_page(client, moderator):
    proposal, service = ProposalFactory(answer_due_on=dt.date(2020, 1, 15)), CityServiceFactory()
    for _time in range(2):
        remind(proposal, service, moderator, message="C’est urgent.")
    remind(proposal, service, moderator, now=NOW + dt.timedelta(days=1))
    reminders = proposal.steps.filter(kind=ProposalStep.Kind.REMINDER)
    assert reminders.count() == 2
    assert [message.to for message in outbox] == [[service.contact_email]] * 2
    assert "C’est urgent." in outbox[0].body
    proposal.refresh_from_db()
    assert (proposal.asked_service, proposal.state) == (service, State.PUBLISHED)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Le service a été relancé" in page
    assert service.contact_email not in page


def test_service_is_mailed_when_asked_a_week_before_and_on_the_day(moderator):
    due_on = dt.date(2027, 1, 15)
    asked, scheduled = (ProposalFactory(answer_due_on=due_on) for _number in range(2))
    late_to_arrive = ProposalFactory(answer_due_on=NOW.date() + dt.timedelta(days=3))
    service = CityServiceFactory()
    for proposal in (asked, scheduled, late_to_arrive):
        step_to(proposal, State.STUDIED, Role.TEAM, moderator, service=service)
    OfficialAnswer.objects.create(
        proposal=scheduled, decision=State.ACCEPTED, status="programmee", publish_at=NOW + dt.timedelta(days=80)
    )
    mailed = [message.subject for message in outbox if message.to == [service.contact_email]]
    assert mailed == ["1 proposition à traiter"] * 3
    for day, hour, expected in (
        (dt.date(2026, 11, 24), 12, []),
        (dt.date(2026, 11, 27), 12, ["1 réponse à donner aujourd’hui"]),
        (dt.date(2027, 1, 8), 7, []),
        (dt.date(2027, 1, 8), 9, ["1 réponse à donner au plus tard le 15 janvier 2027"]),
        (dt.date(2027, 1, 9), 9, []),
        (dt.date(2027, 1, 15), 9, ["1 réponse à donner aujourd’hui"]),
        (dt.date(2027, 1, 18), 9, []),
    ):
        before = len(outbox)
        now = dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)
        for _tick in range(2):
            remind_of_due_answers(now=now)
        assert [message.subject.replace("\xa0", " ") for message in list(outbox)[before:]] == expected, day


def test_reminder_requires_an_unanswered_proposal_and_a_permission(moderator, editor_of):
    for state in (State.ACCEPTED, State.RECEIVED, State.MERGED):
        with pytest.raises(NotWaiting):
            remind(ProposalFactory(state=state), CityServiceFactory(), moderator)
    with pytest.raises(PermissionDenied):
        remind(ProposalFactory(), CityServiceFactory(), editor_of("Services"))
    assert outbox == []


# --- At the same time --------------------------------------------------------------------------------------------


@pytest.fixture
def transactional_people(transactional_db, django_db_serialized_rollback, editor_of):
    return editor_of("Animation"), ProposalFactory(), ProposalFactory()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_concurrent_identical_changes_create_one_step(editor_of):
    moderator, proposal = editor_of("Modération"), ProposalFactory()
    run_together([lambda: step_to(proposal, State.STUDIED, Role.TEAM, moderator)] * 8)
    assert proposal.steps.filter(to_state=State.STUDIED).count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_concurrent_answers_are_published_with_consecutive_steps(editor_of):
    person, proposal = editor_of("Services"), ProposalFactory(published_at=NOW)
    said = {"reasons": "Voici pourquoi.", "service": CityServiceFactory(), "signed_as": "responsable du service"}
    answers = [
        OfficialAnswer.objects.create(proposal=proposal, decision=decision, **said)
        for decision in (State.ACCEPTED, State.NOT_RETAINED)
    ]
    run_together(
        [
            lambda answer=answer: publish_answer(answer=answer, actor=person, now=NOW, shown=BY_PROGRAM)
            for answer in answers * 3
        ]
    )
    proposal.refresh_from_db()
    moves = list(proposal.steps.exclude(from_state="").order_by("pk"))[1:]
    assert OfficialAnswer.objects.public().count() == 2
    assert [step.from_state for step in moves] == ["publiee", moves[0].to_state]
    assert {step.to_state for step in moves} == {"acceptee", "non-retenue"}
    assert proposal.state == moves[-1].to_state
    assert proposal.answer_delay == 0
