"""Permissions by state of a text, in every phase of its call."""

import pytest
from django.utils import timezone

from participation import permissions
from participation.models import CallPage, Comment, Discussion, Proposal
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


SIGNED_IN = {"resident", "writer", "moderator", "service", "organiser"}
State = Proposal.State


def roles_allowed(people, rule):
    return {role for role, person in people.items() if rule(person)}


@pytest.mark.parametrize(
    ("state", "is_open", "allowed"),
    [
        (State.PUBLISHED, True, SIGNED_IN),
        (State.NOT_RETAINED, True, SIGNED_IN),
        (State.RECEIVED, True, set()),
        (State.REFUSED, True, set()),
        (State.WITHDRAWN, True, set()),
        (State.PUBLISHED, False, set()),
    ],
)
def test_permission_to_comment_by_state_of_the_proposal(people, state, is_open, allowed):
    discussion = DiscussionFactory(proposal=ProposalFactory(state=state), is_open=is_open)
    now = timezone.now()
    assert roles_allowed(people, lambda person: permissions.can_comment(person, discussion, now)) == allowed


@pytest.mark.parametrize(
    ("phase", "live", "allowed"),
    [
        (CallPage.Phase.COMING, True, set()),
        (CallPage.Phase.PROPOSALS, True, SIGNED_IN),
        (CallPage.Phase.DISCUSSION, True, SIGNED_IN),
        (CallPage.Phase.SUPPORT, True, SIGNED_IN),
        (CallPage.Phase.CLOSED, True, set()),
        (CallPage.Phase.DISCUSSION, False, set()),
    ],
)
def test_permission_to_comment_on_a_call_by_phase(people, phase, live, allowed):
    page = CallPageFactory(phase=phase, live=live)
    discussion = Discussion.objects.with_subject().get(pk=DiscussionFactory(proposal=None, page=page).pk)
    now = timezone.now()
    assert roles_allowed(people, lambda person: permissions.can_comment(person, discussion, now)) == allowed


def test_no_proposals_in_an_unpublished_call(people):
    call, now = CallPageFactory(live=False), timezone.now()
    assert roles_allowed(people, lambda person: permissions.can_propose(person, call, now)) == set()


@pytest.mark.parametrize("state", State)
def test_permissions_to_support_and_withdraw_by_state(people, state):
    proposal, now = ProposalFactory(state=state), timezone.now()
    open_states = {State.PUBLISHED, State.STUDIED, State.ACCEPTED, State.PARTLY_ACCEPTED}
    allowed = SIGNED_IN if state in open_states else set()
    assert roles_allowed(people, lambda person: permissions.can_support(person, proposal, now)) == allowed
    may_withdraw = state in {State.RECEIVED, State.PUBLISHED, State.STUDIED}
    assert permissions.can_withdraw(proposal.author, proposal) == may_withdraw
    assert roles_allowed(people, lambda person: permissions.can_withdraw(person, proposal)) == set()


@pytest.mark.parametrize("state", Comment.State.values)
def test_only_published_comments_can_be_answered_and_reported(people, state):
    comment, now = CommentFactory(state=state), timezone.now()
    allowed = SIGNED_IN if state == Comment.State.PUBLISHED else set()
    assert roles_allowed(people, lambda person: permissions.can_reply(person, comment, now)) == allowed
    assert roles_allowed(people, lambda person: permissions.can_report(person, comment)) == allowed
    assert not permissions.can_report(comment.author, comment)


@pytest.mark.parametrize("state", State)
def test_only_public_proposals_can_be_reported(people, state):
    proposal = ProposalFactory(state=state)
    allowed = SIGNED_IN if state in Proposal.PUBLIC_STATES else set()
    assert roles_allowed(people, lambda person: permissions.can_report(person, proposal)) == allowed
    assert not permissions.can_report(proposal.author, proposal)


def test_roles_that_moderate_answer_and_follow_answers(people):
    assert roles_allowed(people, permissions.can_moderate_any) == {"moderator", "organiser"}
    assert roles_allowed(people, permissions.can_moderate_proposals) == {"moderator", "organiser"}
    assert roles_allowed(people, permissions.can_moderate_comments) == {"moderator", "organiser"}
    assert roles_allowed(people, permissions.can_answer_proposals) == {"service", "organiser"}
    assert roles_allowed(people, permissions.can_follow_answers) == {"service", "organiser", "moderator"}
