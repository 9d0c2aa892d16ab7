"""Search: objects that must never be found."""

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import BaseViewRestriction, Collection, CollectionViewRestriction, PageViewRestriction

from participation.models import Comment, Proposal
from polls.models import Question
from tests.cms.factories import make_document
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, NewsPageFactory, ProposalFactory
from tests.home.searching import HOUR, counts, make_poll, page_linking_to

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


class TestVisibility:
    @pytest.mark.parametrize("state", [s for s in Proposal.State if s not in Proposal.PUBLIC_STATES])
    def test_non_public_proposal_is_not_found(self, client, state):
        proposal = ProposalFactory(title="Secret", state=state)
        CommentFactory(body="Secret", discussion__proposal=proposal)
        assert counts(client, "secret") == {}

    @pytest.mark.parametrize("state", [s for s in Comment.State if s != Comment.State.PUBLISHED])
    def test_unpublished_comment_is_not_found(self, client, state):
        comment = CommentFactory(body="Secret", state=state)
        assert counts(client, "secret") == {}
        assert client.get(reverse("home:found_comment", args=[comment.pk])).status_code == 404

    def test_author_does_not_find_their_non_public_proposal(self, client):
        proposal = ProposalFactory(title="Secret", state=Proposal.State.RECEIVED)
        client.force_login(proposal.author)
        assert counts(client, "secret") == {}

    def test_a_draft_is_not_found(self, client):
        NewsPageFactory(title="Secret", live=False, body=[("text", "<p>Secret</p>")])
        page = NewsPageFactory(title="Titre", body=[("text", "<p>Texte</p>")])
        page.title = "Secret"
        page.save_revision()
        assert counts(client, "secret") == {}

    @pytest.mark.parametrize("restriction", [BaseViewRestriction.LOGIN, BaseViewRestriction.GROUPS])
    @pytest.mark.parametrize("depth", ["collection", "collection above"])
    def test_private_document_is_not_found(self, client, user, restriction, depth):
        above = Collection.get_first_root_node().add_child(name="Réservé")
        collection = above.add_child(name="Dessous")
        page_linking_to(make_document(title="Secret", name="secret.pdf", collection=collection))
        assert counts(client, "secret") == {"documents": 1}
        closed = above if depth == "collection above" else collection
        CollectionViewRestriction.objects.create(collection=closed, restriction_type=restriction)
        assert counts(client, "secret") == {}
        client.force_login(user)
        assert counts(client, "secret") == {}

    def test_document_is_found_only_if_a_public_page_links_to_it(self, client):
        """A document uploaded before its page is not found; it disappears with its page, too."""
        document = make_document(title="Secret", name="secret.pdf")
        assert counts(client, "secret") == {}
        page = page_linking_to(document, live=False)
        assert counts(client, "secret") == {}
        page.live = True
        page.save()
        assert counts(client, "secret") == {"documents": 1}
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "secret") == {}
        restriction.delete()
        page.body = [("text", "<p>Texte</p>")]
        page.save()
        assert counts(client, "secret") == {}

    def test_document_linked_only_from_a_draft_is_not_found(self, client):
        document = make_document(title="Secret", name="secret.pdf")
        page = NewsPageFactory(body=[("text", "<p>Texte</p>")])
        page.body = [("file", document)]
        page.save_revision()
        assert counts(client, "secret") == {}

    def test_unopened_poll_is_not_found(self, client):
        poll = make_poll(title="Secret")
        Question.objects.create(poll=poll, text="Secret ?")
        with time_machine.travel(poll.opens_at - HOUR, tick=False):
            assert counts(client, "secret") == {}
        with time_machine.travel(poll.opens_at, tick=False):
            assert counts(client, "secret") == {"sondages": 1}

    def test_restricted_page_and_its_comments_are_not_found(self, client):
        call = CallPageFactory(title="Secret")
        CommentFactory(body="Secret", discussion=DiscussionFactory(proposal=None, page=call))
        assert counts(client, "secret") == {"appels": 1, "commentaires": 1}
        PageViewRestriction.objects.create(page=call, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "secret") == {}


def test_public_among_returns_the_public_comments_of_a_selection():
    live, hidden, closed = (CallPageFactory(title=title) for title in ("Ouvert", "Brouillon", "Réservé"))
    hidden.unpublish()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    subjects = [{"proposal": None, "page": page} for page in (live, hidden, closed)]
    subjects += [{"proposal": ProposalFactory(state=state)} for state in Proposal.State]
    comments = [
        CommentFactory(state=state, discussion=discussion)
        for discussion in [DiscussionFactory(**subject) for subject in subjects]
        for state in Comment.State
    ]
    numbers = [comment.pk for comment in comments]
    public = set(Comment.objects.public())
    assert len(public) == 1 + len(Proposal.PUBLIC_STATES)
    assert set(Comment.objects.public_among(numbers)) == public
    few = numbers[::3]
    assert set(Comment.objects.public_among(few)) == {comment for comment in public if comment.pk in few}
