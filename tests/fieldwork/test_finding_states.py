"""Transition table of findings: every pair of states, allowed and refused, for every role."""

import contextlib
import datetime as dt
import uuid
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from common.shown import BY_PROGRAM
from fieldwork.errors import FindingMoved, FindingReasonMissing, OriginalMissing, RetestRefused, VersionMissing
from fieldwork.models import Finding, FindingStep, Retest
from fieldwork.trials.services.retests import retest
from fieldwork.trials.services.states import change_state
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import FindingFactory, TrialFactory
from tests.fieldwork.trial_people import coordinator, desk_agent, service_agent, user_in_groups
from tests.tables import assert_table, undone

pytestmark = pytest.mark.django_db
State, Role = Finding.State, FindingStep.Role

# Written out a second time: the table of the model must be equal to it.
ALLOWED = {
    ("signale", "confirme"),
    ("signale", "ecarte"),
    ("signale", "doublon"),
    ("confirme", "transmis"),
    ("confirme", "ecarte"),
    ("confirme", "doublon"),
    ("transmis", "dit-corrige"),
    ("transmis", "non-retenu"),
    ("transmis", "doublon"),
    ("dit-corrige", "a-reverifier"),
    ("non-retenu", "a-reverifier"),
    ("a-reverifier", "verifie"),
    ("a-reverifier", "revenu"),
    ("verifie", "revenu"),
    ("revenu", "transmis"),
    ("ecarte", "confirme"),
    ("doublon", "confirme"),
}

OF_TEAM = {"confirme", "transmis", "a-reverifier", "ecarte", "doublon"}
OF_CITY = {"dit-corrige", "non-retenu"}
OF_TESTERS = {"verifie", "revenu"}
# Role → factory of the user, and the states that the role may set. « signale » is set by no role.
ROLES = {
    "resident": (UserFactory, OF_TESTERS),
    "tester": (None, OF_TESTERS),
    "desk": (desk_agent, OF_TESTERS),
    "moderator": (lambda: user_in_groups("Modération"), OF_TESTERS),
    "service": (service_agent, OF_CITY),
    "coordinator": (coordinator, OF_TEAM | OF_CITY | OF_TESTERS),
}


def finding_in(state, trial):
    """Creates a finding in `state` in the campaign of the test."""
    others = {"duplicate_of": FindingFactory(trial=trial)} if state == State.DUPLICATE else {}
    return FindingFactory(state=state, trial=trial, **others)


def attempt(finding, state, actor, original):
    """Tries every service that could set `state`; `original` is used for a duplicate."""
    now = timezone.now()
    for role in (Role.TEAM, Role.SERVICE):
        try:
            change_state(
                finding=finding,
                state=State(state),
                role=role,
                actor=actor,
                now=now,
                reason="Voici pourquoi.",
                original=original if state == State.DUPLICATE else None,
                fixed_in="4.3",
                shown=BY_PROGRAM,
            )
        except (PermissionDenied, FindingMoved):
            continue
    outcomes = {State.VERIFIED: Retest.Outcome.WORKS, State.CAME_BACK: Retest.Outcome.STILL_THERE}
    if outcome := outcomes.get(state):
        with contextlib.suppress(PermissionDenied, FindingMoved, RetestRefused):
            retest(
                finding=finding,
                tester=actor,
                outcome=outcome,
                tested_on=timezone.localdate(now),
                key=uuid.uuid4(),
                now=now,
            )
    finding.refresh_from_db()


def test_transitions_equal_the_expected_table():
    table = {(str(before), str(after)) for before, states in Finding.TRANSITIONS.items() for after in states}
    assert table == ALLOWED
    assert set(Finding.TRANSITIONS) == set(State)


def test_every_pair_of_states_for_every_role():
    trial = TrialFactory()
    original = FindingFactory(trial=trial)
    actors = {role: make() if make else trial.tester for role, (make, _) in ROLES.items()}
    # (state afterwards, number of history rows added): 1 for a change, 0 for a refusal.
    found, expected = {}, {}
    for before in State:
        pk = finding_in(before, trial).pk
        for after, (role, (_, leads_to)) in product(set(State) - {before}, ROLES.items()):
            with undone():
                finding = Finding.objects.get(pk=pk)
                steps = finding.steps.count()
                attempt(finding, after, actors[role], original)
                found[before, after, role] = finding.state, finding.steps.count() - steps
            is_allowed = (str(before), str(after)) in ALLOWED and str(after) in leads_to
            expected[before, after, role] = (after, 1) if is_allowed else (before, 0)
    assert_table(found, expected)


def test_anonymous_users_cannot_change_states():
    trial = TrialFactory()
    for state in State:
        finding = finding_in(state, trial)
        for after, role in product(State, Role):
            with pytest.raises(PermissionDenied):
                change_state(
                    finding=finding, state=after, role=role, actor=AnonymousUser(), now=timezone.now(), shown=BY_PROGRAM
                )


def move(finding, state, role=Role.TEAM, **kwargs):
    actor = kwargs.pop("actor", None) or coordinator()
    return change_state(
        finding=finding, state=state, role=role, actor=actor, now=timezone.now(), **kwargs, shown=BY_PROGRAM
    )


@pytest.mark.parametrize(
    ("before", "after", "role", "words", "refusal"),
    [
        (State.REPORTED, State.DISMISSED, Role.TEAM, {"reason": " … "}, FindingReasonMissing),
        (State.SENT, State.WILL_NOT_FIX, Role.SERVICE, {}, FindingReasonMissing),
        (State.SENT, State.SAID_FIXED, Role.SERVICE, {"fixed_in": " -\u200b"}, VersionMissing),
        (State.REPORTED, State.DUPLICATE, Role.TEAM, {}, OriginalMissing),
    ],
    ids=["set aside", "will not", "fixed", "duplicate"],
)
def test_change_without_its_required_field_is_refused(before, after, role, words, refusal):
    finding = FindingFactory(state=before)
    with pytest.raises(refusal):
        move(finding, after, role, **words)
    finding.refresh_from_db()
    assert finding.state == before


def test_duplicates_point_to_one_original_and_never_form_a_chain():
    original, first, second = FindingFactory(), FindingFactory(), FindingFactory()
    move(first, State.DUPLICATE, original=second)
    with pytest.raises(OriginalMissing):
        move(original, State.DUPLICATE, original=first)
    with pytest.raises(OriginalMissing):
        move(original, State.DUPLICATE, original=original)
    move(second, State.DUPLICATE, original=original)
    assert set(original.duplicates.all()) == {first, second}


def test_repeated_change_is_applied_once():
    finding = FindingFactory(state=State.REPORTED)
    move(finding, State.CONFIRMED)
    move(finding, State.CONFIRMED)
    assert finding.steps.count() == 2


def test_sending_sets_the_service_and_a_due_date_in_40_working_days(time_machine):
    time_machine.move_to("2026-03-02T10:00:00+01:00", tick=False)
    finding = move(FindingFactory(), State.SENT)
    assert finding.service == finding.campaign.answered_by
    # 40 working days, without Good Friday, Easter Monday and 1 May.
    assert finding.answer_due_on.isoformat() == "2026-04-29"
    assert not finding.is_overdue(finding.answer_due_on)
    assert list(Finding.objects.overdue(finding.answer_due_on + dt.timedelta(days=1))) == [finding]
