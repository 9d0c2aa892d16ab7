"""Chooser of a proposal in the admin: search by words or number, without revealing non-public titles."""

import json

import pytest
from django.urls import reverse

from participation.models import Proposal
from tests.factories import ProposalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]
CHOOSER = "wagtailsnippetchoosers_participation_proposal"
HIDDEN = [state for state in Proposal.State if state not in Proposal.PUBLIC_STATES]


@pytest.fixture
def editor(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    return client


def search(client, words):
    return list(client.get(reverse(f"{CHOOSER}:choose_results"), {"q": words}).context["results"])


def test_search_matches_words_of_the_title_with_or_without_accents(editor):
    lamps = ProposalFactory(title="Des éclairages près de l’école")
    ProposalFactory(title="Un banc")
    for words in ("eclair", "école éclairages", "ÉCLAI", "l’éco éclairage", "pres ecl"):
        assert search(editor, words) == [lamps]


@pytest.mark.parametrize("written", ["{}", "n° {}", "N°{}", "#{}"])
def test_search_matches_the_number(editor, written):
    proposal, _other = ProposalFactory(), ProposalFactory()
    assert search(editor, written.format(proposal.pk)) == [proposal]


def test_search_of_a_too_large_number_finds_nothing(editor):
    assert search(editor, "9" * 40) == []


def test_list_and_field_show_the_state(editor):
    proposal = ProposalFactory(state=Proposal.State.ACCEPTED)
    page = json.loads(editor.get(reverse(f"{CHOOSER}:choose")).content)
    assert "Acceptée" in page["html"]
    chosen = json.loads(editor.get(reverse(f"{CHOOSER}:chosen", args=[proposal.pk])).content)["result"]
    assert chosen["id"] == str(proposal.pk)
    assert chosen["title"] == f"{proposal} (Acceptée)"
    assert chosen["edit_url"] == proposal.get_absolute_url()


@pytest.mark.parametrize("state", HIDDEN)
def test_hidden_proposals_are_not_listed_found_or_named(editor, state):
    hidden = ProposalFactory(title="Mot-canari", state=state)
    answers = [
        editor.get(reverse(f"{CHOOSER}:choose")),
        editor.get(reverse(f"{CHOOSER}:choose_results"), {"q": "canari"}),
        editor.get(reverse(f"{CHOOSER}:choose_results"), {"q": str(hidden.pk)}),
        editor.get(reverse(f"{CHOOSER}:chosen", args=[hidden.pk])),
        editor.get(reverse(f"{CHOOSER}:chosen_multiple"), {"id": hidden.pk}),
    ]
    assert "/chosen/" not in answers[2].content.decode()
    assert answers[3].status_code == 404
    assert not [answer for answer in answers if "Mot-" in answer.content.decode()]


@pytest.mark.parametrize("key", ["x", "-1", "9" * 40])
def test_invalid_primary_key_is_not_found(editor, key):
    assert editor.get(reverse(f"{CHOOSER}:chosen", args=[key])).status_code == 404
    assert editor.get(reverse(f"{CHOOSER}:chosen_multiple"), {"id": key}).status_code == 200


def test_proposals_cannot_be_created_in_the_chooser(editor_of, client):
    client.force_login(editor_of("Modération"))
    assert client.post(reverse(f"{CHOOSER}:create")).status_code != 200
    assert not Proposal.objects.exists()


def test_number_of_queries_is_limited(editor, django_assert_max_num_queries):
    ProposalFactory.create_batch(15)
    with django_assert_max_num_queries(7):
        editor.get(reverse(f"{CHOOSER}:choose_results"))
