"""Supports and comments, at their past dates."""

from datetime import datetime, timedelta

from accounts.models import User
from demo.clock import Clock
from demo.content import Text
from demo.services.accounts import OF_THE_TEAM
from participation.models import Comment, Discussion, Proposal, Support
from participation.services.counters import refresh_comment_count, refresh_support_count

State = Comment.State
# States in which a proposal can be supported.
OPEN = {Proposal.State.PUBLISHED, Proposal.State.STUDIED}


def add_supports(clock: Clock, proposal: Proposal, text: Text, people: dict[str, User]) -> None:
    """Adds supports by different accounts, spread over the time in which the proposal could be supported.

    Accounts take turns from one proposal to the next, so that nobody supports nearly all of them. Accounts of the
    team support none.
    """
    others = [user for key, user in people.items() if key not in OF_THE_TEAM | {text["author"]}]
    first = Support.objects.count() % len(others)
    supporters = (others * 2)[first : first + text.get("supports", 0)]
    supports = Support.objects.bulk_create(Support(proposal=proposal, user=user) for user in supporters)
    begins, ends = supported_during(clock, proposal)
    for number, support in enumerate(supports, 1):
        support.created_at = begins + (ends - begins) * number / (len(supports) + 1)
    Support.objects.bulk_update(supports, ["created_at"])
    refresh_support_count(proposal=proposal)


def supported_during(clock: Clock, proposal: Proposal) -> tuple[datetime, datetime]:
    """Returns the period of supports: from the publication or support phase, to the first answer or other end."""
    call, answer = proposal.call, proposal.answers.order_by("published_at").first()
    begins = [proposal.published_at or proposal.created_at, call.support_from if call else None]
    ended_at = answer.published_at if answer else proposal.state_changed_at if proposal.state not in OPEN else None
    ends = [clock.now, call.closes_at if call else None, ended_at]
    return max(filter(None, begins)), min(filter(None, ends))


def add_comments(clock: Clock, texts: list[Text], people: dict[str, User], discussion: Discussion) -> None:
    """Adds comments to the discussion and updates its counters."""
    for text in texts:
        add_comment(clock, text, people, discussion, parent=None)
    refresh_comment_count(discussion=discussion)


def add_comment(
    clock: Clock, text: Text, people: dict[str, User], discussion: Discussion, parent: Comment | None
) -> None:
    """Creates the comment and its replies, published an hour later; a bad one was removed on the next day."""
    written_at = written(clock, text, parent)
    read_at = min(written_at + timedelta(hours=1), clock.now)
    state = State(text.get("state", State.PUBLISHED))
    is_waiting = state == State.RECEIVED
    decided_at = written_at + timedelta(days=1) if state == State.REFUSED else read_at
    comment = Comment.objects.create(
        discussion=discussion,
        parent=parent,
        thread=(parent.thread or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        position=text.get("position", Comment.Position.NEUTRAL),
        body=text["text"],
        author=people[text["author"]],
        state=state,
        state_reason=text.get("reason", ""),
        state_changed_at=None if is_waiting else decided_at,
        created_at=written_at,
        published_at=None if is_waiting else read_at,
    )
    for reply in text.get("replies", []):
        add_comment(clock, reply, people, discussion, comment)


def written(clock: Clock, text: Text, parent: Comment | None) -> datetime:
    """Returns when the comment was written; a reply on the same day is two hours after the answered comment."""
    at = clock.ago(text["days_ago"], 12 + len(text["text"]) % 8, len(text["text"]) % 60)
    return max(at, parent.created_at + timedelta(hours=2)) if parent else at
