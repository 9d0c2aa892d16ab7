"""Decisions apply to what the page showed: texts changed or added since are shown again, without a decision."""

import pytest
from django.urls import reverse

from common.shown import ChangedMeanwhile
from participation.admin.moderation.views import PublishAction
from participation.models import Addendum, Appeal, Attachment, Comment, Proposal
from participation.services.moderation import moderate
from tests.bulk import press, shown
from tests.committee.minutes import text_of
from tests.factories import CommentFactory, ProposalFactory
from tests.participation.test_appeals import NOW, make_appeal, make_refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client, editor_of):
    person = editor_of("Animation")
    client.force_login(person)
    return person


def url_of(item, action, query=""):
    path = reverse("wagtail_bulk_action", args=["participation", item._meta.model_name, action])
    return f"{path}?{query or f'id={item.pk}'}"


def picture_of(proposal):
    fields = {"file": "a.jpg", "type": Attachment.Type.JPEG, "size": 1, "created_at": proposal.created_at}
    Attachment.objects.create(proposal=proposal, description="Une carte d’identité", **fields)


def update_fields(**fields):
    return lambda item: type(item).objects.filter(pk=item.pk).update(**fields)


def test_text_changed_since_the_page_was_loaded_is_not_decided(client, moderator):
    read_again = {"needs_review": True, "state": "publie"}
    rows = [
        (CommentFactory(state="recu"), "publish", {}, update_fields(body="Canari nouveau")),
        (CommentFactory(state="recu"), "refuse", {"ground": "respect"}, update_fields(body="Canari nouveau")),
        (CommentFactory(**read_again), "read_again", {}, update_fields(body="Canari nouveau")),
        (ProposalFactory(state="recue"), "publish", {}, update_fields(title="Canari nouveau")),
        (ProposalFactory(state="recue"), "publish", {}, picture_of),
    ]
    for item, action, data, change in rows:
        url, before = url_of(item, action), (item.state, item.needs_review)
        page = client.get(url)
        change(item)
        answer = client.post(url, {"shown": shown(page), **data})
        assert answer.status_code == 409, action
        assert "Rien n’est décidé" in text_of(answer)
        if change is not picture_of:
            assert "Canari nouveau" in text_of(answer)
        item.refresh_from_db()
        assert (item.state, item.needs_review) == before, action
    comment, proposal = rows[0][0], rows[3][0]
    assert press(client, url_of(comment, "publish")).status_code == 302
    assert client.post(url_of(proposal, "publish")).status_code == 409, "a request without a fingerprint is refused"


def test_bulk_action_on_all_excludes_texts_received_meanwhile(client, moderator):
    first = CommentFactory(state="recu")
    url = url_of(first, "publish", "id=all")
    page = client.get(url)
    CommentFactory(state="recu", body="Canari arrivé")
    answer = client.post(url, {"shown": shown(page)})
    assert "Canari arrivé" in text_of(answer)
    assert not Comment.objects.published().exists()
    assert client.post(url, {"shown": shown(answer)}).status_code == 302
    assert Comment.objects.published().count() == 2


def test_appeal_about_a_text_changed_meanwhile_is_not_decided(client, moderator, editor_of):
    appeal = make_appeal(make_refusal(editor_of("Modération")))
    url = url_of(appeal, "overturn")
    page = client.get(url)
    text = appeal.decision.text
    type(text).objects.filter(pk=text.pk).update(body="Canari nouveau")
    assert client.post(url, {"shown": shown(page)}).status_code == 409
    assert Appeal.objects.get().is_waiting


def test_service_refuses_a_different_fingerprint(moderator):
    for item in (CommentFactory(state="recu"), ProposalFactory(state="recue")):
        with pytest.raises(ChangedMeanwhile):
            moderate(text=item, state=item.State.PUBLISHED, moderator=moderator, now=NOW, shown="autre")
        moderate(text=item, state=item.State.PUBLISHED, moderator=moderator, now=NOW, shown=item.fingerprint)


def test_number_of_queries_does_not_depend_on_the_number_of_texts(client, moderator, django_assert_max_num_queries):
    assert {Proposal, Comment, Addendum} == set(PublishAction.models)
    url = url_of(ProposalFactory(state="recue"), "publish", "id=all")
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    ProposalFactory.create_batch(3, state="recue")
    CommentFactory(state="recu")
    with django_assert_max_num_queries(len(few)):
        client.get(url)
