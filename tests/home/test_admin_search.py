"""Search in the admin: links to other lists that the user may open; any input is accepted."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from polls.models import Poll
from tests.factories import (
    CommentFactory,
    MemberFactory,
    NewsPageFactory,
    PlaceFactory,
    ProposalFactory,
    SessionPageFactory,
    UserFactory,
)
from tests.polls.factories import make_poll

pytestmark = pytest.mark.django_db

PAGES = "wagtailadmin_pages:search"
BESIDE = {
    "Animation": "Pages Textes Propositions Commentaires Séances Membres Sondages Lieux Images Documents",
    "Rédaction": "Pages Textes Lieux Images Documents",
    "Secrétariat": "Pages Textes Séances Membres Images Documents",
}


def other_searches(client, words):
    """Returns the other searches offered by the page search: label → URL."""
    page = BeautifulSoup(client.get(reverse(PAGES), {"q": words}).content, "html.parser")
    return {link.get_text(strip=True): link["href"] for link in page.select("[aria-labelledby=other-searches-title] a")}


@pytest.mark.parametrize("role", BESIDE)
def test_page_search_links_to_lists_allowed_for_each_role(client, editor_of, role):
    client.force_login(editor_of(role))
    found = other_searches(client, "neuhof")
    assert [name.split()[0] for name in found] == BESIDE[role].split()
    for name, address in found.items():
        assert client.get(address).status_code == 200, name


def test_other_searches_find_objects_of_each_model(client, editor_of):
    word = "zouave"
    ProposalFactory(title=f"Un banc {word}", state="recue")
    CommentFactory(body=f"Bonjour {word}")
    MemberFactory(name=f"Odile {word}")
    SessionPageFactory(title=f"Séance {word}")
    make_poll(word)
    PlaceFactory(name=f"Maison {word}")
    client.force_login(editor_of("Animation"))
    found = other_searches(client, word)
    for name in [*found][2:-2]:
        for query in (word, "introuvable"):
            page = BeautifulSoup(client.get(found[name].replace(word, query)).content, "html.parser")
            assert (word in page.select_one("#listing-results").get_text()) == (query == word), name


@pytest.mark.indexed
def test_word_in_the_text_of_a_page_is_found_although_no_title_contains_it(client, editor_of):
    page = NewsPageFactory(title="Trois ateliers", introduction="Ils ont lieu au Neuhof.")
    page.save_revision().publish()
    client.force_login(editor_of("Rédaction"))
    answer = client.get(reverse(PAGES), {"q": "neuhof"}).content.decode()
    assert "Aucun titre de page ne contient <em>neuhof</em>" in answer
    assert "Trois ateliers" in client.get(other_searches(client, "neuhof")["Textes du site"]).content.decode()


@pytest.mark.parametrize("sign", ['"', "'", "%", "\\", '"a'])
def test_poll_list_can_be_searched_for_special_characters(client, editor_of, sign):
    client.force_login(editor_of("Animation"))
    make_poll()
    Poll.objects.update(title=f"Un {sign} signe")
    page = client.get(reverse("wagtailsnippets_polls_poll:list"), {"q": sign})
    assert page.status_code == 200
    assert page.context["object_list"].count() == 1


def test_snippet_lists_accept_a_quotation_mark(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    lists = [reverse(model.snippet_viewset.get_url_name("list")) for model in get_snippet_models()]
    assert len(lists) > 20
    assert [url for url in lists if client.get(url, {"q": '"'}).status_code != 200] == []
