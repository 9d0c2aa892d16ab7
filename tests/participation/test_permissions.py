"""Phase × role × action → yes or no."""

import datetime as dt

import pytest
from django.utils import timezone

from participation import permissions
from participation.models import CallPage, Comment, Discussion, Proposal
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory

pytestmark = pytest.mark.django_db

Phase, State = CallPage.Phase, Proposal.State
SIGNED_IN = {"resident", "writer", "moderator", "service", "organiser"}
MODERATORS = {"moderator", "organiser"}


@pytest.mark.parametrize(
    ("phase", "opens_in", "closes_in", "live", "allowed"),
    [
        (Phase.PROPOSALS, None, None, True, SIGNED_IN),
        (Phase.PROPOSALS, -1, 1, True, SIGNED_IN),
        (Phase.PROPOSALS, 1, None, True, set()),
        (Phase.PROPOSALS, None, -1, True, set()),
        (Phase.PROPOSALS, None, None, False, set()),
        (Phase.DISCUSSION, None, None, True, set()),
        (Phase.CLOSED, None, None, True, set()),
    ],
)
def test_who_may_propose(people, phase, opens_in, closes_in, live, allowed):
    now = timezone.now()

    def days(number):
        return None if number is None else now + dt.timedelta(days=number)

    call = CallPageFactory(phase=phase, opens_at=days(opens_in), closes_at=days(closes_in), live=live)
    assert {role for role, person in people.items() if permissions.can_propose(person, call, now)} == allowed


@pytest.mark.parametrize(
    ("phase", "state", "is_open", "allowed"),
    [
        (Phase.PROPOSALS, State.PUBLISHED, True, SIGNED_IN),
        (Phase.DISCUSSION, State.PUBLISHED, True, SIGNED_IN),
        (Phase.DISCUSSION, State.NOT_RETAINED, True, SIGNED_IN),
        (None, State.PUBLISHED, True, SIGNED_IN),
        (Phase.CLOSED, State.PUBLISHED, True, set()),
        (Phase.DISCUSSION, State.RECEIVED, True, set()),
        (Phase.DISCUSSION, State.REFUSED, True, set()),
        (Phase.DISCUSSION, State.WITHDRAWN, True, set()),
        (Phase.DISCUSSION, State.PUBLISHED, False, set()),
    ],
)
def test_who_may_comment_on_a_proposal(people, phase, state, is_open, allowed):
    call = CallPageFactory(phase=phase) if phase else None
    discussion = DiscussionFactory(proposal=ProposalFactory(call=call, state=state), is_open=is_open)
    assert {role for role, person in people.items() if permissions.can_comment(person, discussion)} == allowed


@pytest.mark.parametrize(
    ("phase", "live", "allowed"),
    [
        (Phase.PROPOSALS, True, SIGNED_IN),
        (Phase.DISCUSSION, True, SIGNED_IN),
        (Phase.CLOSED, True, set()),
        (Phase.DISCUSSION, False, set()),
    ],
)
def test_who_may_comment_on_a_call(people, phase, live, allowed):
    page = CallPageFactory(phase=phase, live=live)
    discussion = Discussion.objects.with_subject().get(pk=DiscussionFactory(proposal=None, page=page).pk)
    assert {role for role, person in people.items() if permissions.can_comment(person, discussion)} == allowed


@pytest.mark.parametrize(
    ("phase", "state", "allowed"),
    [
        (Phase.PROPOSALS, State.PUBLISHED, SIGNED_IN),
        (Phase.DISCUSSION, State.STUDIED, SIGNED_IN),
        (None, State.ACCEPTED, SIGNED_IN),
        (Phase.CLOSED, State.PUBLISHED, set()),
        (Phase.DISCUSSION, State.RECEIVED, set()),
        (Phase.DISCUSSION, State.NOT_RETAINED, set()),
        (Phase.DISCUSSION, State.DONE, set()),
        (Phase.DISCUSSION, State.MERGED, set()),
    ],
)
def test_who_may_support(people, phase, state, allowed):
    proposal = ProposalFactory(call=CallPageFactory(phase=phase) if phase else None, state=state)
    assert {role for role, person in people.items() if permissions.can_support(person, proposal)} == allowed


@pytest.mark.parametrize("state", Comment.State.values)
def test_only_published_comments_take_replies_and_reports(people, state):
    comment = CommentFactory(state=state)
    allowed = SIGNED_IN if state == Comment.State.PUBLISHED else set()
    assert {role for role, person in people.items() if permissions.can_reply(person, comment)} == allowed
    assert {role for role, person in people.items() if permissions.can_report(person, comment)} == allowed
    assert not permissions.can_report(comment.author, comment)


def test_who_may_moderate(people):
    assert {role for role, person in people.items() if permissions.can_moderate_proposals(person)} == MODERATORS
    assert {role for role, person in people.items() if permissions.can_moderate_comments(person)} == MODERATORS


def test_who_may_answer_and_follow_answers(people):
    assert {role for role, person in people.items() if permissions.can_answer_proposals(person)} == {
        "service",
        "organiser",
    }
    assert {role for role, person in people.items() if permissions.can_follow_answers(person)} == {
        "service",
        "organiser",
        "moderator",
    }


@pytest.mark.parametrize("state", State)
def test_who_may_withdraw(people, state):
    proposal = ProposalFactory(state=state)
    allowed = {State.RECEIVED, State.PUBLISHED, State.STUDIED}
    assert permissions.can_withdraw(proposal.author, proposal) == (state in allowed)
    assert not any(permissions.can_withdraw(person, proposal) for person in people.values())
