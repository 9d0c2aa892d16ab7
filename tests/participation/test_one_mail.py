"""One mail per event and user, whatever the number of roles in which it concerns them."""

import datetime as dt
import uuid
from collections import Counter

import pytest

from common.shown import BY_PROGRAM
from mailing.models import Message
from participation.models import Addendum, Comment, Decision, DeskEntry, Follow, OfficialAnswer, Proposal, ProposalStep
from participation.services.answers import publish_answer
from participation.services.appeals import appeal, decide_appeal
from participation.services.comments import post_comment
from participation.services.moderation import moderate
from participation.services.reports import dismiss_reports, report_text
from participation.services.states import change_state
from tests.factories import (
    AddendumFactory,
    CoAuthorFactory,
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    UserFactory,
)

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, Role = Proposal.State, ProposalStep.Role
LATER = NOW + dt.timedelta(minutes=1)


class Cast:
    """A proposal and users with overlapping roles: each follows it and takes part in its discussion."""

    def __init__(self, editor_of, **fields):
        self.team, self.other, self.service = editor_of("Animation"), editor_of("Modération"), editor_of("Services")
        self.proposal = ProposalFactory(**fields)
        self.discussion = DiscussionFactory(proposal=self.proposal)
        self.reporter, self.joined, self.reader = UserFactory(), UserFactory(), UserFactory()
        for person in (self.reporter, self.joined):
            report_text(text=self.proposal, author=person, reason="Publicité.", now=NOW)
        # One of the reporters has become an author since.
        CoAuthorFactory(proposal=self.proposal, user=self.joined)
        for person in filter(None, (self.proposal.author, self.joined, self.reporter, self.reader)):
            self.follow(person)
        Message.objects.all().delete()

    def follow(self, person):
        FollowFactory(user=person, discussion=self.discussion, source=Follow.Source.COMMENTED)
        CommentFactory(discussion=self.discussion, author=person)

    def move(self, state, actor=None, role=Role.TEAM, **more):
        change_state(
            proposal=self.proposal, state=state, role=role, actor=actor or self.team, now=NOW, **more, shown=BY_PROGRAM
        )

    def moderate(self, text, state, **more):
        moderate(text=text, state=state, moderator=self.other, now=NOW, **more, shown=BY_PROGRAM)


def refused(cast):
    cast.moderate(cast.proposal, State.REFUSED, ground="advertising", reason="Publicité.")


def withdrawn(cast):
    cast.move(State.WITHDRAWN, cast.proposal.author, Role.AUTHOR)


def studied(cast):
    cast.move(State.STUDIED)


def merged(cast):
    target = ProposalFactory(author=cast.joined)
    FollowFactory(user=cast.reader, discussion=DiscussionFactory(proposal=target))
    cast.move(State.MERGED, target=target)


def answered(cast):
    draft = OfficialAnswerFactory(proposal=cast.proposal, status=OfficialAnswer.Status.DRAFT)
    publish_answer(answer=draft, actor=cast.service, now=NOW, shown=BY_PROGRAM)


def reports_dismissed(cast):
    dismiss_reports(text=cast.proposal, moderator=cast.other, reason="La charte le permet.", now=NOW, shown=BY_PROGRAM)


def published_after_an_appeal(cast):
    refused(cast)
    Message.objects.all().delete()
    asked = appeal(decision=Decision.objects.refusals().get(), author=cast.proposal.author, body="Non.", now=LATER)
    decide_appeal(appeal=asked, overturned=True, moderator=cast.team, now=LATER, shown=BY_PROGRAM)


def addendum_published(cast):
    addendum = AddendumFactory(
        proposal=cast.proposal, author=cast.joined, state=Addendum.State.RECEIVED, published_at=None
    )
    cast.moderate(addendum, Addendum.State.PUBLISHED)


def comment_answers_and_names(cast):
    """Replies to a comment of a co-author and mentions everybody, the co-author included."""
    names = " ".join(f"@{one.author.public_name}" for one in Comment.objects.filter(author__isnull=False))
    parent = Comment.objects.filter(author=cast.joined).first()
    comment = post_comment(
        author=cast.reader, discussion=cast.discussion, body=names, key=uuid.uuid4(), now=NOW, parent=parent
    )
    if comment.state == Comment.State.RECEIVED:
        cast.moderate(comment, Comment.State.PUBLISHED)


def comment_removed(cast):
    comment = Comment.objects.filter(author=cast.joined).first()
    report_text(text=comment, author=cast.reader, reason="Insulte.", now=NOW)
    Message.objects.all().delete()
    cast.moderate(comment, Comment.State.REFUSED, ground="respect", reason="Insulte.")


EVENTS = {
    one.__name__: one
    for one in (
        *(refused, withdrawn, studied, merged, answered, reports_dismissed),
        *(addendum_published, comment_answers_and_names, comment_removed),
    )
}


def emails_by_address():
    return Counter(email.lower() for email in Message.objects.values_list("to_email", flat=True))


def duplicates():
    return {email: number for email, number in emails_by_address().items() if number > 1}


@pytest.mark.parametrize("event", [*EVENTS, "published_after_an_appeal"])
def test_user_in_several_roles_gets_one_email(editor_of, event):
    cast = Cast(editor_of)
    {**EVENTS, "published_after_an_appeal": published_after_an_appeal}[event](cast)
    assert emails_by_address()
    assert duplicates() == {}


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"withdrawn"}))
def test_desk_author_with_an_account_of_the_same_address_gets_one_email(editor_of, event):
    cast = Cast(editor_of, author=None, author_name="Odile", origin="guichet")
    odile = UserFactory(email="odile@courriel.example")
    cast.follow(odile)
    entry = {"agent": cast.team, "entered_at": NOW, "email": "Odile@courriel.example"}
    DeskEntry.objects.create(proposal=cast.proposal, code_hash="a", **entry)
    EVENTS[event](cast)
    assert emails_by_address()
    assert duplicates() == {}


def test_desk_author_is_not_notified_of_a_mention_in_the_own_comment(editor_of):
    cast = Cast(editor_of)
    odile = UserFactory(email="odile@courriel.example", public_name="Odile")
    cast.follow(odile)
    comment = CommentFactory(
        discussion=cast.discussion,
        author=None,
        author_name="Odile",
        origin="guichet",
        body="@Odile bonjour",
        state=Comment.State.RECEIVED,
        published_at=None,
    )
    DeskEntry.objects.create(
        comment=comment, code_hash="a", agent=cast.team, entered_at=NOW, email="odile@courriel.example"
    )
    cast.moderate(comment, Comment.State.PUBLISHED)
    assert emails_by_address() == {"odile@courriel.example": 1, cast.proposal.author.email: 1, cast.joined.email: 1}


def test_reporter_of_a_withdrawn_proposal_gets_the_answer_to_the_report_only(editor_of):
    cast = Cast(editor_of)
    withdrawn(cast)
    kinds = dict(Message.objects.values_list("to_email", "kind"))
    assert kinds[cast.reporter.email] == "participation.report-answered"
    assert kinds[cast.reader.email] == "participation.followed"
    assert kinds[cast.joined.email] == "participation.proposal-moved"
