"""Report of broken internal links: on pages that the editor may change, without network requests."""

import json

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.models import MissingAddress, StandardPage
from home.models import HomePage
from tests.factories import NewsPageFactory, UserFactory

pytestmark = pytest.mark.django_db

REPORT = "/admin/liens-qui-echouent/"


@pytest.fixture(autouse=True)
def _site_base_url(settings):
    settings.BASE_URL = "http://testserver"


@pytest.fixture
def editor(client):
    """Returns a function that signs in a user of a group."""

    def sign_in(group="Animation"):
        account = UserFactory()
        account.groups.set(Group.objects.filter(name=group))
        client.force_login(account)

    return sign_in


def make_page(title: str, html: str) -> StandardPage:
    body = json.dumps([{"type": "text", "value": html}])
    return HomePage.objects.get().add_child(instance=StandardPage(title=title, body=body))


def report(client) -> list[tuple[str, str, str]]:
    links = client.get(reverse("failing_links:list")).context["object_list"]
    return [(link.page.title, link.target, str(link.reason)) for link in links]


def test_links_to_deleted_or_unpublished_pages_are_reported(client, editor):
    gone, draft, there = NewsPageFactory(title="Partie"), NewsPageFactory(title="Retirée"), NewsPageFactory()
    links = "".join(f'<p><a linktype="page" id="{page.pk}">le lien {page.pk}</a></p>' for page in (gone, draft, there))
    make_page("Avec des liens", links)
    key = gone.pk
    gone.delete()
    draft.unpublish()
    editor()
    assert report(client) == [
        ("Avec des liens", f"le lien {key}", "La page a été supprimée."),
        ("Avec des liens", "Retirée", "La page n’est pas publiée."),
    ]


def test_link_to_a_deleted_document_is_reported(client, editor):
    make_page("Avec un fichier", '<p><a linktype="document" id="9999">Le guide</a></p>')
    editor()
    assert report(client) == [("Avec un fichier", "Le guide", "Le fichier a été supprimé.")]


def test_broken_internal_urls_and_anchors_are_reported(client, editor):
    html = "".join(
        f'<p><a href="{href}">Un lien</a></p>'
        for href in (
            "/actualites/",
            "/plan-du-site",
            "/nulle-part/",
            "/le-comite/#rien",
            "/le-comite/#contenu",
            "http://testserver/perdue/?a=1",
            "#ici",
            "https://ailleurs.example/nulle-part/",
            "mailto:a@ville.example",
            "https://[adresse]/",
        )
    )
    make_page("Adresses", html)
    editor()
    nothing, no_place = "Il n’y a rien à cette adresse.", "La page existe, mais pas cet endroit dans la page."
    assert [row[1:] for row in report(client)] == [
        ("/nulle-part/", nothing),
        ("/le-comite/#rien", no_place),
        ("http://testserver/perdue/?a=1", nothing),
        ("#ici", no_place),
        ("https://[adresse]/", nothing),
    ]
    assert not MissingAddress.objects.exists()


def test_report_has_only_pages_that_the_editor_can_change(client, editor):
    make_page("Hors de portée", '<p><a href="/nulle-part/">Un lien</a></p>')
    body = json.dumps([{"type": "text", "value": '<p><a href="/perdue/">Un lien</a></p>'}])
    NewsPageFactory(title="La mienne", body=body)
    editor("Rédaction")
    assert [row[0] for row in report(client)] == ["La mienne"]
    editor("Modération")
    assert client.get(REPORT).status_code != 200


def test_queries_do_not_grow_with_the_pages(client, editor):
    editor()
    counts = []
    for _ in range(2):
        for number in range(3):
            make_page(f"Page {StandardPage.objects.count()} {number}", '<p><a href="/nulle-part/">Un lien</a></p>')
        client.get(REPORT)
        with CaptureQueriesContext(connection) as queries:
            client.get(REPORT)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", "Animation"])
def test_groups_that_publish_have_the_report_of_aging_pages(client, editor, group):
    NewsPageFactory(title="Une vieille page")
    editor(group)
    page = client.get(reverse("wagtailadmin_reports:aging_pages"))
    assert page.status_code == 200
    assert "Pages vieillissantes" in page.text
    assert reverse("wagtailadmin_reports:aging_pages") in client.get(reverse("wagtailadmin_home")).text
