"""Following, unfollowing, and notifications of replies and mentions."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.shown import BY_PROGRAM
from participation import permissions
from participation.models import Comment, Follow, Mention, Proposal
from participation.notifications.mentions import split
from participation.services.comments import edit_comment, post_comment
from participation.services.follows import set_follow
from participation.services.moderation import moderate
from participation.services.proposals import submit_proposal
from participation.services.supports import set_support
from tests.factories import (
    CallPageFactory,
    CoAuthorFactory,
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
    UserFactory,
)
from tests.outbox import outbox

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

Source = Follow.Source
SIGNED_IN = {"resident", "writer", "moderator", "organiser", "service"}


@pytest.fixture
def discussion(db):
    return DiscussionFactory()


def write(author, discussion, body="Voici mon avis.", parent=None):
    return post_comment(author=author, discussion=discussion, body=body, key=uuid.uuid4(), now=NOW, parent=parent)


def publish(comment, moderator):
    outbox.clear()
    moderate(text=comment, state=Comment.State.PUBLISHED, moderator=moderator, now=timezone.now(), shown=BY_PROGRAM)
    return {message.to[0]: message for message in outbox if comment.author.email not in message.to}


class TestFollowing:
    @pytest.mark.parametrize("state", Proposal.State.values)
    def test_users_can_follow_public_proposals_only(self, people, state):
        discussion = DiscussionFactory(proposal=ProposalFactory(state=state))
        allowed = SIGNED_IN if state in Proposal.PUBLIC_STATES else set()
        assert {role for role, person in people.items() if permissions.can_follow(person, discussion)} == allowed

    def test_hidden_proposal_cannot_be_followed(self, client, user):
        hidden = DiscussionFactory(proposal=ProposalFactory(state="recue"))
        with pytest.raises(PermissionDenied):
            set_follow(user=user, discussion=hidden, following=True, now=NOW)
        client.force_login(user)
        assert client.post(hidden.follow_url, {"action": "suivre"}).status_code == 404
        assert not Follow.objects.exists()

    def test_contributions_create_a_follow(self, call, user, discussion):
        proposal = discussion.proposal
        set_support(user=user, proposal=proposal, supported=True, now=NOW)
        assert Follow.objects.get().source == Source.SUPPORTED
        write(user, discussion)
        assert Follow.objects.get().source == Source.COMMENTED
        assert list(proposal.followers()) == [user]
        own = submit_proposal(
            author=user, call=call, title="T", problem="P", body="B", topic=None, district="", key=uuid.uuid4(), now=NOW
        )
        assert Follow.objects.get(discussion__proposal=own).source == Source.OWN

    def test_removed_support_ends_the_follow_that_it_created(self, user, discussion):
        for supported, followers in ((True, [user]), (False, [])):
            set_support(user=user, proposal=discussion.proposal, supported=supported, now=NOW)
            assert list(discussion.proposal.followers()) == followers
        write(user, discussion)
        set_support(user=user, proposal=discussion.proposal, supported=True, now=NOW)
        set_support(user=user, proposal=discussion.proposal, supported=False, now=NOW)
        assert list(discussion.proposal.followers()) == [user]

    def test_unfollow_is_not_undone_by_later_contributions(self, user, discussion):
        set_follow(user=user, discussion=discussion, following=False, now=NOW)
        set_support(user=user, proposal=discussion.proposal, supported=True, now=NOW)
        write(user, discussion)
        assert not discussion.proposal.followers().exists()
        set_follow(user=user, discussion=discussion, following=True, now=NOW)
        assert list(discussion.proposal.followers()) == [user]

    def test_inactive_users_are_not_followers(self, user, discussion):
        set_follow(user=user, discussion=discussion, following=True, now=NOW)
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        assert not discussion.proposal.followers().exists()

    def test_follow_and_unfollow_without_javascript(self, client, user, discussion):
        url, page = discussion.follow_url, discussion.proposal.get_absolute_url()
        anonymous = client.get(page)
        assert f'<a href="{url}">' in anonymous.content.decode()
        assert '<form method="post"' not in anonymous.content.decode()
        assert 'name="email"' in client.get(url).content.decode()
        client.post(url, {"action": "suivre"})
        assert not Follow.objects.exists()
        client.force_login(user)
        for action, follows in (("suivre", 1), ("suivre", 1), ("", 1), ("arreter", 0), ("arreter", 0), ("suivre", 1)):
            answer = client.post(url, {"action": action})
            assert discussion.proposal.followers().count() == follows, action
        assert answer.headers["Location"] == f"{page}#suivre"
        assert 'value="arreter"' in client.get(page).content.decode()
        assert f'href="{url}"' in client.get(reverse("participation:contributions")).content.decode()

    def test_htmx_request_returns_the_follow_box_only(self, client, user, discussion):
        client.force_login(user)
        answer = client.post(discussion.follow_url, {"action": "suivre"}, headers={"HX-Request": "true"})
        assert answer.headers["X-Fragment"] == "suivre-phrase"
        assert answer.content.decode().lstrip().startswith('<div class="follow" id="suivre">')

    def test_htmx_response_to_a_support_contains_the_follow_state(self, client, user, discussion):
        client.force_login(user)
        url = reverse("participation:support", args=[discussion.proposal_id])
        answer = client.post(url, {"action": "soutenir"}, headers={"HX-Request": "true"}).content.decode()
        assert 'value="arreter"' in answer

    def test_contributions_omit_followed_proposals_that_are_no_longer_public(self, client, user, discussion):
        set_follow(user=user, discussion=discussion, following=True, now=NOW)
        Proposal.objects.filter(pk=discussion.proposal_id).update(state="refusee")
        client.force_login(user)
        page = client.get(reverse("participation:contributions"))
        assert page.status_code == 200
        assert discussion.proposal.title not in page.content.decode()

    def test_number_of_queries_of_contributions_does_not_depend_on_follows(self, client, user):
        client.force_login(user)
        costs = []
        for count in (1, 19):
            for _number in range(count):
                set_follow(user=user, discussion=DiscussionFactory(), following=True, now=NOW)
            client.get(reverse("participation:contributions"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("participation:contributions"))
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestNotifications:
    @pytest.mark.parametrize("on_page", [False, True], ids=["proposal", "page"])
    def test_published_reply_is_notified_to_the_answered_author(self, client, user, moderator, on_page):
        discussion = DiscussionFactory(proposal=None, page=CallPageFactory()) if on_page else DiscussionFactory()
        parent = CommentFactory(discussion=discussion)
        outbox.clear()
        reply = write(user, discussion, "Je réponds <b>fort</b>.", parent=parent)
        assert not outbox
        told = publish(reply, moderator)
        assert set(told) == {parent.author.email}
        body = told[parent.author.email].body
        assert f"#{reply.anchor}" in body
        assert discussion.follow_url in body
        html = told[parent.author.email].alternatives[0][0]
        assert "&lt;b&gt;fort" in html
        # The link in the mail stops further ones.
        client.force_login(parent.author)
        assert client.get(discussion.follow_url).status_code == 200
        client.post(discussion.follow_url, {"action": "arreter"})
        assert publish(write(user, discussion, "Encore une réponse.", parent=parent), moderator) == {}

    def test_own_and_refused_replies_are_not_notified(self, user, moderator, discussion):
        parent = CommentFactory(discussion=discussion, author=user)
        assert publish(write(user, discussion, parent=parent), moderator) == {}
        refused = write(UserFactory(), discussion, parent=parent)
        outbox.clear()
        moderate(
            text=refused,
            state=Comment.State.REFUSED,
            moderator=moderator,
            now=NOW,
            reason="Hors sujet.",
            shown=BY_PROGRAM,
        )
        assert [message.to for message in outbox] == [[refused.author.email]]

    def test_mentioned_user_is_notified_once_and_displayed_in_bold(self, client, user, moderator, discussion):
        CommentFactory(discussion=discussion, author__public_name="Anne")
        marie = CommentFactory(discussion=discussion, author__public_name="Anne Marie").author
        comment = write(user, discussion, "Merci @anne marie, et @Anne Marie encore ! Voir moi@anne.example")
        told = publish(comment, moderator)
        assert set(told) == {marie.email, discussion.proposal.author.email}
        page = client.get(discussion.proposal.get_absolute_url()).content.decode()
        assert '<strong class="mention">@anne marie</strong>' in page
        outbox.clear()
        edit_comment(comment=comment, author=user, body="Bonjour @Anne Marie", now=timezone.now())
        assert not outbox

    def test_answered_and_mentioned_user_gets_one_email(self, user, moderator, discussion):
        parent = CommentFactory(discussion=discussion, author__public_name="Karim B.")
        outbox.clear()
        reply = write(user, discussion, "@Karim B. je réponds", parent=parent)
        publish(reply, moderator)
        assert [message.to for message in outbox].count([parent.author.email]) == 1
        assert Mention.objects.get().user == parent.author

    def test_users_outside_the_discussion_and_ambiguous_names_are_not_notified(self, user, moderator, discussion):
        UserFactory(public_name="Étranger")
        CommentFactory(discussion=discussion, author__public_name="Caché", state="recu", published_at=None)
        for _number in range(2):
            CommentFactory(discussion=discussion, author__public_name="Dominique")
        comment = write(user, discussion, "@Étranger @Caché @Dominique bonjour")
        assert set(publish(comment, moderator)) == {discussion.proposal.author.email}
        assert not Mention.objects.exists()

    def test_user_who_unfollowed_is_not_notified_of_mentions(self, user, moderator, discussion):
        named = CommentFactory(discussion=discussion, author__public_name="Zoé").author
        set_follow(user=named, discussion=discussion, following=False, now=NOW)
        assert set(publish(write(user, discussion, "Bonjour @Zoé"), moderator)) == {discussion.proposal.author.email}

    def test_authors_are_notified_of_comments_but_not_of_replies_to_others(self, user, moderator, discussion):
        author = discussion.proposal.author
        joined = CoAuthorFactory(proposal=discussion.proposal).user
        comment = write(user, discussion, "Bonne idée.")
        told = publish(comment, moderator)
        assert set(told) == {author.email, joined.email}
        assert "a commenté votre proposition" in told[author.email].subject
        assert discussion.follow_url in told[author.email].body
        assert set(publish(write(UserFactory(), discussion, "Oui.", parent=comment), moderator)) == {user.email}
        assert set(publish(write(author, discussion, "Merci."), moderator)) == {joined.email}
        set_follow(user=author, discussion=discussion, following=False, now=NOW)
        assert set(publish(write(user, discussion, "Encore."), moderator)) == {joined.email}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("@Anne Marie", ["@Anne Marie"]),
            ("(@ANNE)", ["@ANNE"]),
            ("@Annette", []),
            ("a@Anne", []),
            ("@.*", ["@.*"]),
            ("@Anne@Anne Marie", ["@Anne"]),
        ],
    )
    def test_split_finds_mentions(self, text, found):
        pieces = list(split(text, ["Anne", "Anne Marie", ".*"]))
        assert "".join(piece for piece, _is_name in pieces) == text
        assert [piece for piece, is_name in pieces if is_name] == found

    def test_number_of_queries_does_not_depend_on_mentions(self, client, moderator):
        costs = []
        for count in (1, 10):
            discussion = DiscussionFactory()
            for number in range(count):
                named = CommentFactory(discussion=discussion, author__public_name=f"Nom{number}").author
                comment = CommentFactory(discussion=discussion, body=f"@Nom{number} <i>")
                comment.mentions.create(user=named)
            url = discussion.proposal.get_absolute_url()
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(url).content.decode()
            assert page.count('class="mention"') == count
            costs.append(len(queries))
        assert costs[0] == costs[1]
