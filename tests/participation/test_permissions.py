"""Rules evaluated in bulk, by a page or a list: same results as the rule of one object, and as the links."""

import datetime as dt
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from common.shown import BY_PROGRAM
from participation import permissions
from participation.models import CallPage, Comment, Decision, Discussion, Proposal
from participation.services.moderation import moderate
from tests.factories import (
    AddendumFactory,
    CallPageFactory,
    CoAuthorFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = Comment.State


def comment_of(discussion, author, *, minutes_ago=1, **fields):
    moment = timezone.now() - dt.timedelta(minutes=minutes_ago)
    shown = None if fields.get("state") == State.RECEIVED else moment
    return CommentFactory(discussion=discussion, author=author, created_at=moment, published_at=shown, **fields)


def reply_to(comment, **fields):
    return CommentFactory(discussion=comment.discussion, parent=comment, thread=comment, depth=1, **fields)


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture(params=["open", "closed discussion", "closed call"])
def discussion(request):
    phase = CallPage.Phase.CLOSED if request.param == "closed call" else CallPage.Phase.DISCUSSION
    proposal = ProposalFactory(call=CallPageFactory(phase=phase))
    return DiscussionFactory(proposal=proposal, is_open=request.param != "closed discussion")


@pytest.fixture
def comments(discussion, author):
    """One comment of `author` for each case of the rule, and one of another user."""
    found = {
        "waiting": comment_of(discussion, author, state=State.RECEIVED),
        "waiting for days": comment_of(discussion, author, minutes_ago=5_000, state=State.RECEIVED),
        "published": comment_of(discussion, author),
        "published long ago": comment_of(discussion, author, minutes_ago=31),
        "answered": comment_of(discussion, author),
        "answered by a pending comment": comment_of(discussion, author),
        "refused": comment_of(discussion, author, state=State.REFUSED),
        "withdrawn": comment_of(discussion, author, state=State.WITHDRAWN),
        "of another user": comment_of(discussion, UserFactory()),
    }
    reply_to(found["answered"])
    reply_to(found["answered by a pending comment"], state=State.RECEIVED, published_at=None)
    return found


def names_of(comments, numbers):
    return {name for name, comment in comments.items() if comment.pk in numbers}


def test_editable_comments_match_the_rule_of_one_comment(discussion, comments, author):
    now = timezone.now()
    read = Discussion.objects.with_subject().get(pk=discussion.pk)
    for comment in comments.values():
        comment.discussion = read
    is_open = permissions.is_open_to_comments(read, now)
    expected = {"waiting", "waiting for days"} | ({"published"} if is_open else set())
    assert names_of(comments, permissions.editable_comments(author, comments.values(), now)) == expected
    one_by_one = {c.pk for c in comments.values() if permissions.can_edit_comment(author, c, now)}
    assert names_of(comments, one_by_one) == expected
    others = permissions.editable_comments(comments["of another user"].author, comments.values(), now)
    assert names_of(comments, others) == ({"of another user"} if is_open else set())
    assert permissions.editable_comments(AnonymousUser(), comments.values(), now) == set()


def test_links_under_a_comment_match_the_rules(discussion, comments, author):
    """Compares each link of the discussion with its rule, for the author, another user and an anonymous one."""
    now = timezone.now()
    for person in (author, UserFactory(), AnonymousUser()):
        browser = Client()
        if person.is_authenticated:
            browser.force_login(person)
        page = browser.get(discussion.proposal.get_absolute_url()).content.decode()
        for name, row in comments.items():
            comment = Comment.objects.get(pk=row.pk)
            comment.discussion = Discussion.objects.with_subject().get(pk=discussion.pk)
            # Anonymous users are sent to sign in: the link is shown if an account may use it.
            reader = person if person.is_authenticated else UserFactory()
            rules = {
                comment.edit_url: permissions.can_edit_comment(person, comment, now),
                comment.withdraw_url: permissions.can_withdraw_comment(person, comment),
                comment.reply_url: permissions.can_reply(reader, comment, now),
                comment.report_url: permissions.can_report(reader, comment),
            }
            assert {url: f'href="{url}"' in page for url in rules} == rules, name


def test_editable_comments_needs_a_query_only_for_own_published_comments(
    author, django_assert_num_queries, comments, discussion
):
    now = timezone.now()
    read = Discussion.objects.with_subject().get(pk=discussion.pk)
    for comment in comments.values():
        comment.discussion = read
    with django_assert_num_queries(0):
        permissions.editable_comments(UserFactory.build(pk=0), comments.values(), now)
    with django_assert_num_queries(1 if permissions.is_open_to_comments(read, now) else 0):
        permissions.editable_comments(author, comments.values(), now)


def test_moderation_requires_the_permission(people):
    """Covers all kinds of texts, and refusals too; `test_matrix.py` tests the page of a comment."""
    for make in (ProposalFactory, CommentFactory, AddendumFactory):
        text = make(state=make._meta.model.State.RECEIVED)
        allowed = {role for role, person in people.items() if permissions.can_moderate(person, text)}
        assert allowed == {"moderator", "organiser"}, make
        for role, state in product({*people} - allowed, (text.State.PUBLISHED, text.State.REFUSED)):
            decision = {"text": text, "state": state, "now": timezone.now(), "reason": "Parce que."}
            with pytest.raises(PermissionDenied):
                moderate(moderator=people[role], **decision, shown=BY_PROGRAM)
        text.refresh_from_db()
        assert text.state == text.State.RECEIVED, make
        assert not text.decisions.exists(), make


def test_querysets_by_author_match_the_rule_of_one_object(author, moderator):
    """Sole authorship, co-authorship or none: proposals, and the decisions about all kinds of texts."""
    alone, together, by_others = ProposalFactory(author=author), ProposalFactory(), ProposalFactory()
    CoAuthorFactory(proposal=together, user=author)
    texts = [alone, together, by_others, CommentFactory(author=author), CommentFactory()]
    texts += [AddendumFactory(proposal=proposal) for proposal in (alone, together, by_others)]
    for text in texts:
        moderate(
            text=text,
            state=text.State.REFUSED,
            moderator=moderator,
            now=timezone.now(),
            reason="Hors sujet.",
            shown=BY_PROGRAM,
        )
    assert {text.pk for text in texts[:3] if text.is_author(author)} == {alone.pk, together.pk}
    assert set(Proposal.objects.of(author)) == {alone, together}
    own = {decision for decision in Decision.objects.all() if decision.text.is_author(author)}
    assert len(own) == 5
    assert set(Decision.objects.of_author(author)) == own
    assert all(permissions.can_appeal(author, decision) for decision in own)


@pytest.mark.parametrize("make", [ProposalFactory, CommentFactory, AddendumFactory])
def test_decision_checks_the_permission_once_and_locks_one_row(moderator, make, monkeypatch):
    text = make(state=make._meta.model.State.RECEIVED)
    asked = []
    has_perm = User.has_perm
    monkeypatch.setattr(User, "has_perm", lambda person, *right: asked.append(right) or has_perm(person, *right))
    with CaptureQueriesContext(connection) as queries:
        moderate(text=text, state=text.State.PUBLISHED, moderator=moderator, now=timezone.now(), shown=BY_PROGRAM)
    assert len(asked) == 1
    if connection.vendor == "postgresql":
        assert len([query for query in queries if "FOR UPDATE" in query["sql"]]) == 1
