"""Invariants of the services, for every caller."""

import datetime as dt
import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from common.shown import BY_PROGRAM
from participation.errors import (
    CallClosed,
    DiscussionClosed,
    ReasonMissing,
    SupportClosed,
    TooMany,
    WrongState,
)
from participation.models import CallPage, Comment, Discussion, Proposal, ProposalDraft, Report, Support
from participation.models.deadlines import add_working_days
from participation.services.comments import post_comment
from participation.services.drafts import save_draft
from participation.services.moderation import moderate
from participation.services.proposals import submit_proposal
from participation.services.reports import report_text
from participation.services.supports import (
    set_support,
)
from tests.factories import LONG_AGO, CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.outbox import outbox
from tests.races import run_together

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def submit(author, call, **changes):
    values = {
        "author": author,
        "call": call,
        "title": "Un scanner dans chaque médiathèque",
        "problem": "Beaucoup de personnes n’ont pas de scanner.",
        "body": "Un appareil simple.\r\n\r\nEt une personne pour aider.",
        "topic": None,
        "district": "Neudorf",
        "key": uuid.uuid4(),
        "now": NOW,
    }
    return submit_proposal(**values | changes)


def post(author, discussion, **changes):
    values = {"author": author, "discussion": discussion, "body": "D’accord.", "key": uuid.uuid4(), "now": NOW}
    return post_comment(**values | changes)


def test_submitted_proposal_awaits_moderation_and_is_confirmed_by_email(user, call):
    proposal = submit(user, call, title="Un\u202e titre\nsur deux lignes")
    assert proposal.state == Proposal.State.RECEIVED
    assert proposal.title == "Un titre sur deux lignes"
    assert proposal.body == "Un appareil simple.\n\nEt une personne pour aider."
    assert proposal.discussion
    assert [message.to for message in outbox] == [[user.email]]
    assert str(proposal.pk) in outbox[0].subject


def test_same_key_returns_the_same_proposal_even_after_the_call_closed(user, call):
    key = uuid.uuid4()
    first = submit(user, call, key=key)
    CallPage.objects.filter(pk=call.pk).update(closes_at=LONG_AGO)
    assert submit(user, call, key=key) == first
    assert Proposal.objects.count() == 1
    assert len(outbox) == 1


def test_key_of_another_user_is_refused(user, call):
    key = submit(UserFactory(), call).idempotency_key
    with pytest.raises(PermissionDenied):
        submit(user, call, key=key)


def test_proposal_in_a_closed_call_is_refused(user, call):
    with pytest.raises(CallClosed):
        submit(user, CallPageFactory(closes_at=NOW - dt.timedelta(minutes=1)))
    assert not Proposal.objects.exists()


def test_proposals_per_day_are_limited(user, call):
    for number in range(20):
        submit(user, call, body=f"{number} " * 40)
    with pytest.raises(TooMany):
        submit(user, call, body="Encore une autre idée.")
    submit(user, call, body="Le lendemain, une autre idée.", now=NOW + dt.timedelta(days=1, minutes=1))


def test_publication_sets_the_deadline_and_notifies_the_author_once(user, call, moderator):
    proposal = submit(user, call)
    outbox.clear()
    for _time in range(2):
        moderate(text=proposal, state=Proposal.State.PUBLISHED, moderator=moderator, now=NOW, shown=BY_PROGRAM)
    proposal.refresh_from_db()
    assert proposal.is_public
    assert proposal.published_at == NOW
    assert proposal.answer_due_on == add_working_days(timezone.localdate(NOW), 40)
    assert len(outbox) == 1
    assert len(outbox[0].alternatives) == 1
    entry = ModelLogEntry.objects.get(action="participation.publish")
    assert (entry.object_id, entry.user) == (str(proposal.pk), moderator)


def test_refusal_requires_a_reason_sent_to_the_author(user, call, moderator):
    proposal = submit(user, call)
    outbox.clear()
    refuse = {"text": proposal, "state": Proposal.State.REFUSED, "moderator": moderator, "now": NOW}
    with pytest.raises(ReasonMissing):
        moderate(**refuse, reason="  ", shown=BY_PROGRAM)
    moderate(**refuse, reason="Trop d'publicité & <b>", shown=BY_PROGRAM)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.REFUSED
    assert "Trop d'publicité & <b>" in outbox[0].body
    assert "&lt;b&gt;" in outbox[0].alternatives[0][0]
    assert "<b>" not in outbox[0].alternatives[0][0].split("Trop")[1].split("</blockquote>")[0]


def test_moderation_follows_the_table_of_transitions(moderator):
    done = ProposalFactory(state=Proposal.State.DONE)
    with pytest.raises(WrongState):
        moderate(text=done, state=Proposal.State.REFUSED, moderator=moderator, now=NOW, reason="Non", shown=BY_PROGRAM)
    with pytest.raises(WrongState):
        moderate(text=done, state=Proposal.State.ACCEPTED, moderator=moderator, now=NOW, shown=BY_PROGRAM)


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", None])
def test_services_check_the_permission_to_moderate(editor_of, group):
    person = editor_of(group) if group else UserFactory()
    with pytest.raises(PermissionDenied):
        moderate(
            text=ProposalFactory(state="recue"),
            state=Proposal.State.PUBLISHED,
            moderator=person,
            now=NOW,
            shown=BY_PROGRAM,
        )
    with pytest.raises(PermissionDenied):
        moderate(
            text=CommentFactory(state="recu"),
            state=Comment.State.PUBLISHED,
            moderator=person,
            now=NOW,
            shown=BY_PROGRAM,
        )


def test_imported_author_without_an_account_gets_no_email(moderator):
    proposal = ProposalFactory(state="recue", author=None, author_name="Usager 12")
    moderate(text=proposal, state=Proposal.State.PUBLISHED, moderator=moderator, now=NOW, shown=BY_PROGRAM)
    assert outbox == []


def test_counters_count_published_comments(user, moderator):
    discussion = DiscussionFactory()
    first, second = post(user, discussion), post(user, discussion)

    def counters():
        return (
            Discussion.objects.get(pk=discussion.pk).comment_count,
            Proposal.objects.get(pk=discussion.proposal_id).comment_count,
        )

    def decide(comment, state, reason=""):
        moderate(text=comment, state=state, moderator=moderator, now=NOW, reason=reason, shown=BY_PROGRAM)

    assert counters() == (0, 0)
    decide(first, Comment.State.PUBLISHED)
    decide(second, Comment.State.PUBLISHED)
    assert counters() == (2, 2)
    decide(second, Comment.State.REFUSED, "Hors sujet")
    assert counters() == (1, 1)


def test_wrong_counter_is_corrected_by_the_next_change(user, moderator):
    discussion = DiscussionFactory(comment_count=99)
    moderate(text=post(user, discussion), state=Comment.State.PUBLISHED, moderator=moderator, now=NOW, shown=BY_PROGRAM)
    discussion.refresh_from_db()
    assert discussion.comment_count == 1


def test_replies_have_thread_and_depth(user):
    discussion = DiscussionFactory()
    root = CommentFactory(discussion=discussion)
    child = CommentFactory(discussion=discussion, parent=root, thread=root, depth=1)
    reply = post(user, discussion, parent=child)
    assert (reply.thread, reply.parent, reply.depth) == (root, child, 2)


def test_a_reply_to_another_discussion_or_to_a_hidden_comment_is_refused(user):
    discussion = DiscussionFactory()
    for parent in (CommentFactory(), CommentFactory(discussion=discussion, state="recu")):
        with pytest.raises(PermissionDenied):
            post(user, discussion, parent=parent)


def test_same_key_returns_the_same_comment(user):
    discussion, key = DiscussionFactory(), uuid.uuid4()
    assert post(user, discussion, key=key) == post(user, discussion, key=key)
    with pytest.raises(PermissionDenied):
        post(UserFactory(), discussion, key=key)


def test_comments_per_hour_are_limited(user):
    discussion = DiscussionFactory()
    for _number in range(20):
        post(user, discussion)
    with pytest.raises(TooMany):
        post(user, discussion)
    post(UserFactory(), discussion)
    post(user, discussion, now=NOW + dt.timedelta(hours=1, seconds=1))


def test_comment_on_a_closed_discussion_is_refused(user):
    with pytest.raises(DiscussionClosed):
        post(user, DiscussionFactory(is_open=False))
    with pytest.raises(DiscussionClosed):
        post(AnonymousUser(), DiscussionFactory())


def test_support_is_counted_once_and_can_be_removed(user):
    proposal = ProposalFactory(imported_support_count=7)
    assert set_support(user=user, proposal=proposal, supported=True, now=NOW)
    assert not set_support(user=user, proposal=proposal, supported=True, now=NOW)
    set_support(user=UserFactory(), proposal=proposal, supported=True, now=NOW)
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.imported_support_count) == (2, 7)
    assert set_support(user=user, proposal=proposal, supported=False, now=NOW)
    assert not set_support(user=user, proposal=proposal, supported=False, now=NOW)
    proposal.refresh_from_db()
    assert proposal.support_count == 1


def test_database_refuses_a_second_support(user):
    proposal = ProposalFactory()
    Support.objects.create(proposal=proposal, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(proposal=proposal, user=user)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_200_concurrent_supports_of_one_user_count_once():
    user, proposal = UserFactory(), ProposalFactory()
    # Eight concurrent connections, 25 calls each: the same button pressed 200 times.
    failures, changed = [], []

    def support():
        try:
            changed.extend(set_support(user=user, proposal=proposal, supported=True, now=NOW) for _press in range(25))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=support) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proposal.refresh_from_db()
    assert failures == []
    assert len(changed) == 200
    assert sum(changed) == proposal.support_count == Support.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_draft_saved_twice_at_the_same_moment_is_created_once():
    user, key = UserFactory(), uuid.uuid4()
    arguments = {"author": user, "held": (), "values": {"title": "Un titre"}, "seen": "", "now": NOW}
    assert run_together([lambda: save_draft(key=key, **arguments).pk] * 4) == [key] * 4
    assert ProposalDraft.objects.get().author == user


def test_closed_proposal_cannot_be_supported(user):
    with pytest.raises(SupportClosed):
        set_support(user=user, proposal=ProposalFactory(state="realisee"), supported=True, now=NOW)


def test_report_is_saved_once_and_sent_to_the_moderators(user):
    comment = CommentFactory()
    for _time in range(2):
        report_text(text=comment, author=user, reason="C’est une insulte.", now=NOW)
    assert Report.objects.count() == 1
    assert [message.to for message in outbox] == [["contact@comite.example"]]
    with pytest.raises(PermissionDenied):
        report_text(text=comment, author=comment.author, reason="Moi", now=NOW)
