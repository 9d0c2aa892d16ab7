"""Comments: writing, reading, reporting."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committee.models import Mandate, Member
from participation.models import CallPage, Comment, Report
from participation.queries.discussions import THREADS_PER_PAGE
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    ProposalFactory,
    UserFactory,
)
from tests.notices import notice_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(db):
    return DiscussionFactory()


def page_of(client, discussion, **query):
    return client.get(discussion.proposal.get_absolute_url(), query).content.decode()


def test_pending_comment_is_visible_to_its_author_only(client, user, discussion):
    client.force_login(user)
    form = client.get(discussion.comment_url).context["form"]
    data = {"body": "Première ligne\r\nDeuxième ligne", "key": str(form["key"].value())}
    answers = [client.post(discussion.comment_url, data) for _time in range(2)]
    comment = Comment.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {
        f"{discussion.proposal.get_absolute_url()}#{comment.anchor}-attente"
    }
    assert "Votre commentaire est envoyé." in notice_after(client, answers[0])
    mine = page_of(client, discussion)
    assert "Première ligne<br>Deuxième ligne" in mine
    assert "En attente de lecture" in mine
    assert "Une personne le lira au plus tard le" in mine
    assert "Première ligne" not in page_of(Client(), discussion)


def test_pages_about_a_comment_link_back_to_its_page_of_the_discussion(client, user, discussion):
    CommentFactory.create_batch(THREADS_PER_PAGE, discussion=discussion)
    comment = CommentFactory(discussion=discussion, author=user)
    client.force_login(user)
    for url in (comment.reply_url, comment.edit_url, comment.withdraw_url):
        assert f'href="{discussion.subject_url}?page=2#{comment.anchor}"' in client.get(url).content.decode(), url


@pytest.mark.parametrize("state", ["recue", "refusee", "retiree"])
@pytest.mark.parametrize("name", ["comment", "support"])
def test_hidden_proposal_cannot_be_commented_or_supported(client, user, state, name):
    proposal = ProposalFactory(state=state)
    client.force_login(user)
    url = reverse(f"participation:{name}", args=[proposal.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"body": "Bonjour", "action": "soutenir"}).status_code == 404
    assert not Comment.objects.exists()
    assert not proposal.supports.exists()


def test_hidden_comment_cannot_be_answered_or_reported(client, user, discussion):
    client.force_login(user)
    for state in ("recu", "refuse", "retire"):
        hidden = CommentFactory(discussion=discussion, state=state)
        assert client.post(hidden.reply_url, {"body": "Bonjour"}).status_code == 404
        assert client.post(hidden.report_url, {"reason": "Bonjour"}).status_code == 404


def test_reply_to_a_comment_removed_meanwhile_is_shown_for_copying(client, user, discussion):
    parent = CommentFactory(discussion=discussion)
    client.force_login(user)
    assert client.get(parent.reply_url).status_code == 200
    Comment.objects.filter(pk=parent.pk).update(state=Comment.State.WITHDRAWN)
    answer = client.post(parent.reply_url, {"body": "Mon texte précieux"})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Mon texte précieux" in page
    assert "Ce commentaire n’est plus affiché" in page
    assert parent.body not in page
    assert Comment.objects.count() == 1
    assert client.get(parent.reply_url).status_code == 404


def test_reply_form_returns_404_for_a_comment_of_another_proposal(client, user, discussion):
    other = CommentFactory()
    client.force_login(user)
    assert client.get(reverse("participation:reply", args=[discussion.proposal_id, other.pk])).status_code == 404


def test_discussion_of_an_unpublished_page_returns_404(client, user):
    discussion = DiscussionFactory(proposal=None, page=CallPageFactory(live=False))
    comment = CommentFactory(discussion=discussion)
    client.force_login(user)
    for url in (discussion.comment_url, comment.reply_url, comment.report_url):
        assert client.get(url).status_code == 404


def test_late_comment_on_a_closed_call_is_refused_and_the_text_preserved(client, user):
    call = CallPageFactory(phase=CallPage.Phase.CLOSED)
    discussion = DiscussionFactory(proposal=ProposalFactory(call=call))
    client.force_login(user)
    page = client.post(discussion.comment_url, {"body": "Mon texte précieux"}).content.decode()
    assert "Mon texte précieux" in page
    assert not Comment.objects.exists()


def test_error_of_a_too_long_comment_gives_the_excess(client, user, discussion):
    client.force_login(user)
    page = client.post(discussion.comment_url, {"body": "x" * 1_200}).content.decode()
    assert "Votre texte fait 1\u00a0200 signes. Retirez-en 200." in page


def test_reply_on_a_call_has_thread_and_depth(client, user):
    discussion = DiscussionFactory(proposal=None, page=CallPageFactory())
    parent = CommentFactory(discussion=discussion)
    client.force_login(user)
    client.post(parent.reply_url, {"body": "Je réponds."})
    reply = Comment.objects.get(parent=parent)
    assert (reply.thread, reply.depth, reply.position) == (parent, 1, Comment.Position.NEUTRAL)


@pytest.mark.parametrize("make_page", [None, CallPageFactory, NewsPageFactory])
@pytest.mark.parametrize(("sent", "kept", "badge"), [("1", 1, "Pour"), ("-1", -1, "Contre"), ("0", 0, ""), ("", 0, "")])
def test_first_comment_of_a_thread_can_have_a_position(client, user, make_page, sent, kept, badge):
    discussion = DiscussionFactory(proposal=None, page=make_page()) if make_page else DiscussionFactory()
    client.force_login(user)
    assert "Votre avis (facultatif)" in client.get(discussion.comment_url).content.decode()
    client.post(discussion.comment_url, {"body": "Voilà.", "position": sent})
    comment = Comment.objects.get(body="Voilà.")
    assert comment.position == kept
    assert "Votre avis" not in client.get(CommentFactory(discussion=discussion).reply_url).content.decode()
    said = client.get(discussion.subject_url).content.decode().partition(f'id="{comment.anchor}"')[2][:900]
    assert [word for word in ("Pour", "Contre") if f">{word}<" in said] == ([badge] if badge else [])


def test_deep_replies_are_flattened_and_name_the_answered_author(client, discussion):
    root = CommentFactory(discussion=discussion, body="un")
    child = CommentFactory(discussion=discussion, parent=root, thread=root, depth=1, author__public_name="Karim B.")
    CommentFactory(discussion=discussion, parent=child, thread=root, depth=2, body="trois")
    page = page_of(client, discussion)
    assert "en réponse à Karim B." in page
    assert page.count('<ul class="thread">') == 2


def test_threads_are_paginated_by_twenty_oldest_first(client, user, discussion):
    start = timezone.now() - dt.timedelta(days=1)
    for number in range(21):
        CommentFactory(discussion=discussion, body=f"fil-{number:02d}", created_at=start + dt.timedelta(minutes=number))
    page = page_of(client, discussion)
    assert page.index("fil-00") < page.index("fil-19")
    assert "fil-20" not in page
    assert "fil-20" in page_of(client, discussion, page=2)
    client.force_login(user)
    answer = client.post(discussion.comment_url, {"body": "le dernier"})
    assert "?page=2#c" in answer.headers["Location"]


def test_removed_comment_leaves_a_place_without_its_text(client, discussion):
    root = CommentFactory(discussion=discussion, body="insulte", state="refuse", state_changed_at=timezone.now())
    CommentFactory(discussion=discussion, body="réponse polie", parent=root, thread=root, depth=1)
    never_shown = CommentFactory(discussion=discussion, body="spam", state="refuse", published_at=None)
    page = page_of(client, discussion)
    assert "Commentaire retiré le" in page
    assert "réponse polie" in page
    assert "insulte" not in page
    assert f'id="{never_shown.anchor}"' not in page


def test_comments_of_current_members_have_a_badge(client, discussion):
    today = timezone.localdate()
    for name, ends in (("Siège", None), ("A siégé", today - dt.timedelta(days=1))):
        account = UserFactory(public_name=name)
        member = Member.objects.create(name=name, user=account)
        Mandate.objects.create(member=member, starts_on=today - dt.timedelta(days=100), ends_on=ends)
        CommentFactory(discussion=discussion, author=account)
    assert page_of(client, discussion).count("Membre du comité") == 1


def test_comment_can_be_reported_except_by_its_author(client, user, discussion):
    comment = CommentFactory(discussion=discussion)
    client.force_login(user)
    answer = client.post(comment.report_url, {"reason": "C’est une attaque."})
    assert answer.headers["Location"].endswith(f"#{comment.anchor}-avis")
    assert "Votre signalement est envoyé." in notice_after(client, answer)
    assert Report.objects.get().author == user
    client.force_login(comment.author)
    assert client.post(comment.report_url, {"reason": "Moi"}).status_code == 404


def test_proposal_can_be_supported_and_unsupported(client, user):
    proposal = ProposalFactory()
    url = reverse("participation:support", args=[proposal.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"action": "soutenir"}).status_code == 200
    assert not proposal.supports.exists()
    client.force_login(user)
    for action, count in (("soutenir", 1), ("soutenir", 1), ("", 1), ("retirer", 0), ("retirer", 0)):
        answer = client.post(url, {"action": action})
        proposal.refresh_from_db()
        assert proposal.support_count == count, action
    assert answer.headers["Location"] == f"{proposal.get_absolute_url()}#soutien"


def test_cached_form_fields_contain_no_input_of_users(client, user, discussion):
    client.force_login(user)
    assert 'name="body"' in page_of(client, discussion)
    refused = client.post(discussion.comment_url, {"body": "Canari jaune " * 100, "position": "1"})
    assert "Canari jaune" in refused.content.decode()
    for person in (user, UserFactory()):
        reader = Client()
        reader.force_login(person)
        page = page_of(reader, discussion)
        assert "Canari jaune" not in page
        assert '<input type="radio" name="position" value="0" id="id_position_2" checked>' in page
    comment = CommentFactory(discussion=discussion)
    reply = client.get(reverse("participation:reply", args=[discussion.proposal_id, comment.pk]))
    assert 'name="body"' in reply.content.decode()
    assert 'name="position"' not in reply.content.decode()
