"""Comments after sending: only their author may correct or withdraw them, and earlier versions are not public."""

import datetime as dt
import re
import threading
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from common.errors import Refusal
from common.shown import BY_PROGRAM
from participation import permissions
from participation.errors import EditClosed, WrongState
from participation.models import CallPage, Comment
from participation.services.comments import edit_comment, post_comment, withdraw_comment
from participation.services.moderation import confirm_read, moderate
from tests.bulk import press
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.notices import notice_after

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

State = Comment.State
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202e'; DROP TABLE"


def published_comment(minutes_ago=1, **kwargs):
    moment = NOW - dt.timedelta(minutes=minutes_ago)
    return CommentFactory(created_at=moment, published_at=moment, **kwargs)


class TestPermissions:
    @pytest.mark.parametrize(
        ("state", "minutes_ago", "answered", "phase", "edits", "withdraws"),
        [
            (State.RECEIVED, 1, False, None, True, True),
            (State.RECEIVED, 5_000, False, CallPage.Phase.CLOSED, True, True),
            (State.PUBLISHED, 29, False, None, True, True),
            (State.PUBLISHED, 30, False, None, False, True),
            (State.PUBLISHED, 1, True, None, False, True),
            (State.PUBLISHED, 1, False, CallPage.Phase.CLOSED, False, True),
            (State.REFUSED, 1, False, None, False, False),
            (State.WITHDRAWN, 1, False, None, False, False),
        ],
    )
    def test_only_the_author_can_edit_or_withdraw(self, people, state, minutes_ago, answered, phase, edits, withdraws):
        call = CallPageFactory(phase=phase) if phase else None
        comment = published_comment(
            minutes_ago, state=state, discussion=DiscussionFactory(proposal=ProposalFactory(call=call))
        )
        if state == State.RECEIVED:
            Comment.objects.filter(pk=comment.pk).update(published_at=None)
            comment.refresh_from_db()
        if answered:
            CommentFactory(discussion=comment.discussion, parent=comment, thread=comment, depth=1)
        assert permissions.can_edit_comment(comment.author, comment, NOW) is edits
        assert permissions.can_withdraw_comment(comment.author, comment) is withdraws
        for person in people.values():
            assert not permissions.can_edit_comment(person, comment, NOW)
            assert not permissions.can_withdraw_comment(person, comment)

    def test_services_refuse_other_users(self, people):
        comment = published_comment()
        for role in ("resident", "writer", "moderator", "organiser", "service"):
            with pytest.raises(PermissionDenied):
                edit_comment(comment=comment, author=people[role], body="Volé", now=NOW)
            with pytest.raises(PermissionDenied):
                withdraw_comment(comment=comment, author=people[role], now=NOW)
        comment.refresh_from_db()
        assert (comment.body, comment.state) == ("Bonne idée.", State.PUBLISHED)

    @pytest.mark.parametrize("on_page", [False, True], ids=["proposal", "page"])
    def test_pages_to_edit_or_withdraw_return_404_to_other_users(self, client, user, on_page):
        discussion = DiscussionFactory(proposal=None, page=CallPageFactory()) if on_page else DiscussionFactory()
        comment = published_comment(discussion=discussion)
        for url in (comment.edit_url, comment.withdraw_url):
            answer = client.get(url)
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/compte/connexion/")
        client.force_login(user)
        for url in (comment.edit_url, comment.withdraw_url):
            assert client.get(url).status_code == 404
            assert client.post(url, {"body": "Volé"}).status_code == 404
        comment.refresh_from_db()
        assert comment.state == State.PUBLISHED


class TestCorrecting:
    def test_edited_comment_is_marked_and_reviewed_again(self, client, moderator):
        comment = published_comment(body="Ancien canari")
        client.force_login(comment.author)
        page = client.get(comment.discussion.proposal.get_absolute_url()).content.decode()
        assert comment.edit_url in page
        assert "Ancien canari" in client.get(comment.edit_url).content.decode()
        answer = client.post(comment.edit_url, {"body": HOSTILE})
        assert answer.headers["Location"].endswith(f"#{comment.anchor}-avis")
        assert notice_after(client, answer) == "Votre commentaire est modifié."
        comment.refresh_from_db()
        assert (comment.state, comment.was_changed, comment.needs_review) == (State.PUBLISHED, True, True)
        [version] = comment.versions.all()
        assert version.body == "Ancien canari"

        seen = Client().get(comment.discussion.proposal.get_absolute_url()).content.decode()
        assert "<script>alert" not in seen
        assert "&lt;script&gt;alert(1)" in seen

        client.force_login(moderator)
        listed = client.get("/admin/commentaires/?unread=true").content.decode()
        assert f"/inspect/{comment.pk}/" in listed
        read = client.get(f"/admin/commentaires/inspect/{comment.pk}/").content.decode()
        assert "Ancien canari" in read
        url = f"/admin/bulk/participation/comment/read_again/?id={comment.pk}&next=/admin/"
        assert client.get(url).status_code == 200
        press(client, url)
        listed = client.get("/admin/commentaires/?unread=true").content.decode()
        assert f"/inspect/{comment.pk}/" not in listed

    def test_former_text_is_not_public(self, client, user):
        comment = published_comment(body="Perroquet secret")
        edit_comment(comment=comment, author=comment.author, body="Merle tranquille", now=NOW)
        proposal = comment.discussion.proposal
        client.force_login(user)
        for reader in (Client(), client):
            for url in (proposal.get_absolute_url(), "/recherche/?q=perroquet", "/propositions/?q=perroquet"):
                page = reader.get(url)
                assert (page.status_code, "Perroquet secret" in page.content.decode()) == (200, False), url
        assert list(Comment.objects.public().search("perroquet")) == []
        assert list(Comment.objects.public().search("merle")) == [comment]

    def test_unchanged_text_creates_no_version(self):
        comment = published_comment()
        for body in ("Bonne idée.", "Mieux.", "Mieux."):
            edit_comment(comment=comment, author=comment.author, body=body, now=NOW)
        assert comment.versions.count() == 1

    def test_position_can_be_changed_without_a_new_version(self, client):
        comment = published_comment(position=Comment.Position.FOR)
        client.force_login(comment.author)
        page = client.get(comment.edit_url).content.decode()
        assert re.search(r'value="1"[^>]*checked', page)
        client.post(comment.edit_url, {"body": comment.body, "position": "-1"})
        comment.refresh_from_db()
        assert (comment.position, comment.was_changed) == (Comment.Position.AGAINST, True)
        # The text is unchanged: there is no new version, and nothing to review.
        assert not comment.versions.exists()
        assert not comment.needs_review

    def test_form_of_a_reply_has_no_position(self, client):
        answer = published_comment(parent=published_comment(), position=Comment.Position.NEUTRAL)
        client.force_login(answer.author)
        assert 'name="position"' not in client.get(answer.edit_url).content.decode()

    def test_late_edit_is_refused_and_the_text_preserved(self, client):
        comment = published_comment(31)
        client.force_login(comment.author)
        page = client.post(comment.edit_url, {"body": "Mon texte précieux"}).content.decode()
        assert "Mon texte précieux" in page
        assert '<form method="post" action="' + comment.edit_url not in page
        comment.refresh_from_db()
        assert comment.body == "Bonne idée."

    def test_too_long_or_empty_text_is_refused(self, client):
        comment = published_comment()
        client.force_login(comment.author)
        assert (
            "Votre texte fait 25\u00a0000 signes"
            in client.post(comment.edit_url, {"body": "x" * 25_000}).content.decode()
        )
        client.post(comment.edit_url, {"body": "   "})
        comment.refresh_from_db()
        assert comment.body == "Bonne idée."

    def test_comment_edited_during_moderation_needs_review(self, moderator):
        comment = CommentFactory(state=State.RECEIVED, published_at=None)
        edit_comment(comment=comment, author=comment.author, body="Autre chose", now=NOW)
        comment.refresh_from_db()
        assert not comment.needs_review
        moderate(
            text=comment,
            state=State.PUBLISHED,
            moderator=moderator,
            now=NOW + dt.timedelta(seconds=20),
            shown=BY_PROGRAM,
        )
        comment.refresh_from_db()
        assert comment.needs_review
        assert not comment.was_changed

    def test_only_moderators_can_confirm_a_review(self, people):
        comment = published_comment(needs_review=True)
        for role in ("resident", "writer"):
            with pytest.raises(PermissionDenied):
                confirm_read(text=comment, moderator=people[role], now=NOW, shown=BY_PROGRAM)
        assert Comment.objects.published_unread().count() == 1


class TestWithdrawing:
    def test_withdrawn_comment_leaves_an_empty_place(self, client):
        root = published_comment(body="Perroquet secret")
        reply = published_comment(body="Réponse", discussion=root.discussion, parent=root, thread=root, depth=1)
        proposal = root.discussion.proposal
        client.force_login(root.author)
        assert "Perroquet secret" in client.get(root.withdraw_url).content.decode()
        assert Comment.objects.get(pk=root.pk).state == State.PUBLISHED
        for _time in range(2):
            assert "Votre commentaire est retiré." in notice_after(client, client.post(root.withdraw_url))
        proposal.refresh_from_db()
        assert proposal.comment_count == 1
        for reader in (Client(), client):
            page = reader.get(proposal.get_absolute_url()).content.decode()
            assert "Perroquet secret" not in page
            assert f'id="{root.anchor}"' in page
            assert f'id="{reply.anchor}"' in page
            assert "Perroquet secret" not in reader.get("/recherche/?q=perroquet").content.decode()
        assert list(Comment.objects.published().search("perroquet")) == []

    def test_withdrawn_comment_leaves_no_place_if_never_published(self, client):
        comment = CommentFactory(state=State.RECEIVED, published_at=None)
        withdraw_comment(comment=comment, author=comment.author, now=NOW)
        assert (
            f'id="{comment.anchor}"' not in client.get(comment.discussion.proposal.get_absolute_url()).content.decode()
        )

    def test_refused_comment_cannot_be_withdrawn(self):
        comment = published_comment(state=State.REFUSED)
        with pytest.raises(WrongState):
            withdraw_comment(comment=comment, author=comment.author, now=NOW)


class TestOrder:
    def test_threads_can_be_sorted(self, client):
        discussion = DiscussionFactory()
        old, answered, new = (published_comment(30 - 10 * n, discussion=discussion, body=f"fil-{n}") for n in range(3))
        CommentFactory(discussion=discussion, parent=answered, thread=answered, depth=1)
        # Replies that are not public do not count.
        for _number in range(2):
            CommentFactory(discussion=discussion, parent=new, thread=new, depth=1, state=State.RECEIVED)
        url = discussion.proposal.get_absolute_url()
        for order, expected in {
            "": [old, answered, new],
            "recents": [new, answered, old],
            "reponses": [answered, old, new],
            "'; DROP": [old, answered, new],
        }.items():
            thread_list = client.get(url, {"ordre": order}).context["thread_list"]
            assert [node.comment for node in thread_list.threads] == expected, order

    def test_comments_of_the_team_are_marked(self, client, editor_of):
        discussion = DiscussionFactory()
        published_comment(discussion=discussion)
        published_comment(discussion=discussion, author=editor_of("Animation"))
        page = client.get(discussion.proposal.get_absolute_url()).content.decode()
        assert page.count("comment--official") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
class TestConcurrency:
    def run(self, *actions):
        """Runs all actions at once, each on its own connection; returns their refusals, None for success."""
        barrier = threading.Barrier(len(actions))
        refused = [None] * len(actions)

        def work(position, action):
            try:
                barrier.wait()
                action()
            except (Refusal, PermissionDenied) as refusal:
                refused[position] = refusal
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=item) for item in enumerate(actions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return refused

    @pytest.mark.parametrize("time", range(5))
    def test_concurrent_reply_and_edit_do_not_change_an_answered_text(self, time):
        comment, other = published_comment(), UserFactory()
        key = uuid.uuid4()
        no_edit, no_reply = self.run(
            lambda: edit_comment(comment=comment, author=comment.author, body="Tout autre chose", now=NOW),
            lambda: post_comment(
                author=other, discussion=comment.discussion, parent=comment, body="Je réponds", key=key, now=NOW
            ),
        )
        assert no_reply is None
        comment.refresh_from_db()
        assert (comment.body == "Bonne idée.") == isinstance(no_edit, EditClosed)

    @pytest.mark.parametrize("time", range(5))
    def test_concurrent_withdrawals_and_edits_withdraw_the_comment_once(self, time):
        comment = published_comment()
        actions = [
            lambda: withdraw_comment(comment=comment, author=comment.author, now=NOW),
            lambda: edit_comment(comment=comment, author=comment.author, body="Nouveau", now=NOW),
        ] * 5
        self.run(*actions)
        comment.refresh_from_db()
        assert comment.state == State.WITHDRAWN
        assert comment.versions.count() <= 1
        assert comment.discussion.comment_count == 0


def test_anonymous_users_cannot_edit_or_withdraw():
    comment = published_comment()
    assert not permissions.can_edit_comment(AnonymousUser(), comment, NOW)
    assert not permissions.can_withdraw_comment(AnonymousUser(), comment)
