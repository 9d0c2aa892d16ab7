"""The admin speaks French: a walk through it, as each role sees it, meets none of the words that give English away.

The administrator, who may open all of it, walks as far as links lead. The roles do so with LONG=1, as in continuous
integration; else they open what is their own, the dashboard, and each address that it and the menu lead to.
"""

import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils.translation import override

from cms.models import NewsIndexPage
from committee.models import Member
from participation.models import Comment, Proposal
from tests.cms.factories import make_document, make_image
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# No word of this list is French; together they are in almost every English sentence and on almost every button.
ENGLISH = re.compile(
    r"\b(?:the|and|of|your|you|this|that|with|from|are|for|not|is|to|has|been|was|will|which|when|"
    r"search|filters?|edit|delete|add|save|publish|draft|history|settings|users?|groups?|choose|select|upload|title|"
    r"updated|created|password|view|more|all|back|next|previous|toggle|close|open|expand|show|hide|language|"
    r"locked|unlock|default|can|page types?|loading|remove|move|copy|preview|order by)\b",
    re.IGNORECASE,
)
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-w-tooltip-content-value")
# Leaves what is meant to be English: names, addresses, code, and what editors typed.
NOT_READ = ("script", "style", "template", "code", "svg", "[lang=en]", "textarea", "noscript")
LIMIT = 250
LONG = bool(os.environ.get("LONG"))


def spoken(tree: BeautifulSoup) -> Iterator[str]:
    """Yields what a person reads or hears of a page of the admin."""
    for tag in tree.select(",".join(NOT_READ)):
        tag.decompose()
    if tree.title:
        yield tree.title.get_text()
    if tree.body:
        yield from tree.body.stripped_strings
    for tag in tree.find_all(True):
        yield from (value for name in SPOKEN if isinstance(value := tag.get(name), str))
        if isinstance(tag, Tag) and tag.name == "input" and tag.get("type") in ("submit", "button", "reset"):
            yield str(tag.get("value", ""))


def english_in(html: bytes) -> list[str]:
    return english_of(BeautifulSoup(html, "html.parser"))


def english_of(tree: BeautifulSoup) -> list[str]:
    """The English of a page; what is not read is taken out of its `tree`."""
    texts = {" ".join(text.split()) for text in spoken(tree)}
    return sorted(text[:120] for text in texts if ENGLISH.search(text))


def shape(path: str) -> str:
    """What makes two addresses alike: the view, not the object."""
    return re.sub(r"\d+", "0", path)


def walk(client, steps: int = LIMIT) -> dict[str, list[str]]:
    """Opens the dashboard and what is `steps` links away at most, one address of each shape: path → its English."""
    waiting, seen, found = [(reverse("wagtailadmin_home"), 0)], set(), {}
    while waiting and len(seen) < LIMIT:
        path, step = waiting.pop(0)
        if shape(path) in seen or "logout" in path:
            continue
        seen.add(shape(path))
        response = client.get(path)
        if response.status_code != 200 or "text/html" not in response.get("Content-Type", ""):
            continue
        tree = BeautifulSoup(response.content, "html.parser")
        hrefs = {urlsplit(link["href"]).path for link in tree.select("a[href]")}
        found[path] = english_of(tree)
        props = re.findall(r'"url": "(/admin/[^"?]*)', response.content.decode())
        if step < steps:
            new = (href for href in sorted(hrefs | set(props)) if href.startswith("/admin/"))
            waiting.extend((href, step + 1) for href in new if shape(href) not in seen)
    return found


@pytest.fixture
def things(db, settings, tmp_path):
    """One of each thing that the admin shows."""
    settings.MEDIA_ROOT = tmp_path
    make_image()
    make_document()
    NewsPageFactory(title="Une actualité").save_revision()
    for factory in (SessionPageFactory, TopicPageFactory, CallPageFactory, VeilleEntryPageFactory):
        factory(title="Un titre")
    ProposalFactory(title="Une proposition", state=Proposal.State.RECEIVED)
    CommentFactory(state=Comment.State.RECEIVED)
    Member.objects.create(name="Odile M.")


@pytest.fixture
def role(client, things):
    """Returns a function that signs in as a role of the guide, or as the administrator."""

    def sign_in(name):
        person = UserFactory(is_superuser=name == "administration", is_staff=name == "administration")
        person.groups.set(Group.objects.filter(name=name))
        client.force_login(person)

    return sign_in


@pytest.mark.parametrize(
    "name",
    [
        *(
            pytest.param(name, marks=pytest.mark.thorough)
            for name in ("Rédaction", "Secrétariat", "Modération", "Services", "Accueil", "Animation")
        ),
        "administration",
    ],
)
def test_the_admin_speaks_french_to_each_role(client, role, name):
    role(name)
    pages = walk(client) if LONG or name == "administration" else walk(client, steps=1)
    assert len(pages) > 2
    assert not {path: texts for path, texts in pages.items() if texts}


def test_the_words_would_be_found(client, role):
    """The control: the same page in English."""
    role("administration")
    with override("en"):
        html = client.get(reverse("wagtailimages:index")).content
    assert not english_in(html), "the admin follows its own setting"
    assert english_in(b"<title>Images</title><body><a title='Edit this page'>x</a><p>Choose an image</p></body>") == [
        "Choose an image",
        "Edit this page",
    ]


@pytest.mark.parametrize(
    "address",
    [
        lambda: reverse("wagtailadmin_pages:add", args=["cms", "newspage", NewsIndexPage.objects.get().pk]),
        lambda: reverse("wagtailimages:add"),
        lambda: reverse("wagtailusers_users:add"),
        lambda: reverse("wagtailsnippets_polls_poll:add"),
        lambda: reverse("wagtailsnippets_committee_member:add"),
    ],
)
def test_errors_are_french_too(client, role, address):
    role("administration")
    html = client.post(
        address(), {"body-count": "0", "mandates-TOTAL_FORMS": "0", "mandates-INITIAL_FORMS": "0"}
    ).content
    assert not english_in(html)


def test_rights_are_named_in_french(client, role):
    """Django names rights in English; the form of a group shows them, and reads them to who does not see it."""
    role("administration")
    assert "Ajouter" in Permission.objects.get(codename="add_poll").name
    assert not english_in(client.get(reverse("wagtailusers_groups:add")).content)
