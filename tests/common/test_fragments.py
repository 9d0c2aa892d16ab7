"""One URL with two responses: the page, and the fragment requested by a script. No cache may mix them."""

import datetime as dt

import pytest
from django.utils import timezone

from common.fragments import FRAGMENT_HEADER
from participation.models import Comment, Discussion
from polls.models import Choice, Poll, Question
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, VeilleEntryPageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def varies_on(response) -> set[str]:
    return {name.strip() for name in response.headers["Vary"].split(",")}


@pytest.mark.parametrize("path", ["/propositions/", "/veille/"])
def test_list_returns_only_its_fragment_and_varies_on_the_header(client, path):
    ProposalFactory(title="Un guichet")
    VeilleEntryPageFactory(title="Un guichet")

    page, part = client.get(path), client.get(path, headers=HTMX)

    assert {"HX-Request", "Cookie"} <= varies_on(page)
    assert {"HX-Request", "Cookie"} <= varies_on(part)
    assert FRAGMENT_HEADER not in page.headers
    assert part.headers[FRAGMENT_HEADER] == "resultats"
    whole, alone = page.content.decode(), part.content.decode()
    assert whole.startswith("<!doctype html>")
    assert alone.lstrip().startswith("<title>")
    assert "<!doctype" not in alone
    assert alone.count("Un guichet") == whole.count("Un guichet") == 1
    assert alone.partition("</title>")[2].strip() in whole, "the part is the same words in the page"


@pytest.fixture
def proposal():
    return ProposalFactory(call=CallPageFactory(), title="Un guichet")


def test_support_returns_its_fragment(client, user, proposal):
    client.force_login(user)
    address = f"/propositions/{proposal.pk}/soutenir/"

    part = client.post(address, {"action": "soutenir"}, headers=HTMX)
    page = client.post(address, {"action": "soutenir"})

    assert part.status_code == 200
    assert part.headers[FRAGMENT_HEADER] == "soutien-phrase"
    assert 'id="soutien"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert page.headers["Location"] == f"{proposal.get_absolute_url()}#soutien"
    assert proposal.supports.count() == 1


def test_whole_pages_have_no_fragment_header(client, user, proposal):
    """After signing out or closing meanwhile: a whole page, which the script leaves to the browser."""
    comment, support = f"/propositions/{proposal.pk}/commenter/", f"/propositions/{proposal.pk}/soutenir/"
    answers = [
        client.post(address, {"body": "Oui", "action": "soutenir"}, headers=HTMX) for address in (comment, support)
    ]
    Discussion.objects.filter(proposal=proposal).update(is_open=False)
    client.force_login(user)
    answers.append(client.post(comment, {"body": "Mon texte à garder"}, headers=HTMX))

    assert "Oui</textarea>" in answers[0].content.decode(), "what a person wrote while signed out is kept"
    for answer in answers:
        assert FRAGMENT_HEADER not in answer.headers
    for answer in answers:
        assert answer.content.decode().startswith("<!doctype html>")
    assert "Mon texte à garder" in answers[2].content.decode()
    assert not Comment.objects.exists()


def comment_on(client, proposal, **data):
    address = f"/propositions/{proposal.pk}/commenter/"
    query = data.pop("query", "")
    current = f"http://testserver{proposal.get_absolute_url()}{query}"
    return client.post(address, data, headers={**HTMX, "HX-Current-URL": current})


def test_comment_returns_the_discussion_or_the_form_with_errors(client, user, proposal):
    client.force_login(user)

    wrong = comment_on(client, proposal, body="")
    assert wrong.headers[FRAGMENT_HEADER] == "erreurs"
    assert "<title>" not in wrong.content.decode(), "the page keeps its own title"
    assert 'id="ecrire"' in wrong.content.decode()
    assert 'class="comment"' not in wrong.content.decode()

    sent = comment_on(client, proposal, body="Bonne idée.")
    written = Comment.objects.get()
    assert sent.headers["HX-Retarget"] == "#discussion"
    assert sent.headers[FRAGMENT_HEADER] == f"c{written.pk}-attente"
    assert f'id="c{written.pk}-attente"' in sent.content.decode()


def test_comment_on_another_page_of_the_discussion_redirects_there(client, user, proposal):
    discussion = DiscussionFactory(proposal=proposal)
    now = timezone.now()
    for minutes in range(20):
        CommentFactory(discussion=discussion, created_at=now - dt.timedelta(hours=1, minutes=minutes))
    client.force_login(user)

    away = comment_on(client, proposal, body="La suite.")
    written = Comment.objects.latest("pk")
    assert away.headers["HX-Redirect"] == f"{proposal.get_absolute_url()}?page=2#c{written.pk}-attente"
    here = comment_on(client, proposal, body="Encore.", query="?page=2")
    assert here.headers["HX-Retarget"] == "#discussion"


@pytest.fixture
def poll():
    now = timezone.now()
    poll = Poll.objects.create(
        title="Un sondage",
        slug="un-sondage",
        is_draft=False,
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=7),
    )
    question = Question.objects.create(poll=poll, text="Où ?")
    for text in ("Ici", "Là"):
        Choice.objects.create(question=question, text=text)
    return poll


def test_poll_returns_errors_or_redirects_to_the_results(client, user, poll):
    client.force_login(user)

    wrong = client.post(poll.get_absolute_url(), {}, headers=HTMX)
    assert (wrong.status_code, wrong.headers[FRAGMENT_HEADER]) == (422, "erreurs")
    assert wrong.content.decode().count("<h1>") == 1

    question = poll.questions.get()
    chosen = question.choices.first()
    right = client.post(poll.get_absolute_url(), {f"question_{question.pk}": chosen.pk}, headers=HTMX)
    assert right.headers["HX-Redirect"] == f"{poll.get_absolute_url()}resultats/"
    assert poll.participations.count() == 1
