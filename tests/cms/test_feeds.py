"""Feeds, site map and robots: what machines read."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from wagtail import hooks
from wagtail.models import PageViewRestriction

from cms.models import NewsIndexPage, NewsPage
from cms.sitemap import SITEMAP_HOOK, SitemapEntry
from participation.models import Proposal
from tests.cms.factories import make_many
from tests.factories import NewsPageFactory, ProposalFactory, VeilleEntryPageFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PUBLISHED = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer


def locations(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    return [found.text for found in root.iter(f"{SITEMAP}loc")]


@pytest.mark.parametrize(
    ("path", "factory", "page_url"),
    [
        ("/actualites/flux.xml", NewsPageFactory, "http://testserver/actualites/a/"),
        ("/veille/flux.xml", VeilleEntryPageFactory, "http://testserver/veille/a/"),
    ],
)
def test_a_feed_is_in_french_and_its_addresses_are_whole(client, path, factory, page_url):
    page = factory(title="Prix & <b>délais</b>", slug="a", introduction="Deux phrases.", first_published_at=PUBLISHED)
    root = feed(client, path)
    assert root.attrib[XML_LANG] == "fr"
    assert root.find(f"{ATOM}link[@rel='self']").attrib["href"] == f"http://testserver{path}"
    entry = root.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Prix & <b>délais</b>"
    assert entry.find(f"{ATOM}link").attrib["href"] == page_url
    assert entry.find(f"{ATOM}id").text == f"urn:uuid:{page.translation_key}"
    assert entry.find(f"{ATOM}summary").text == "Deux phrases."
    assert entry.find(f"{ATOM}published").text.startswith("2026-11-14")


def test_an_entry_keeps_its_id_when_its_address_changes(client):
    page = NewsPageFactory(slug="a")
    before = feed(client, "/actualites/flux.xml").find(f"{ATOM}entry/{ATOM}id").text
    page.slug, page.title = "b", "Autre titre"
    page.save()
    assert feed(client, "/actualites/flux.xml").find(f"{ATOM}entry/{ATOM}id").text == before


@pytest.mark.parametrize("path", ["/actualites/flux.xml", "/veille/flux.xml"])
def test_an_empty_feed_is_a_feed(client, path):
    assert feed(client, path).find(f"{ATOM}entry") is None


@pytest.mark.parametrize("count", [10, 1_000])
def test_a_feed_holds_the_latest_and_costs_the_same(client, count, django_assert_max_num_queries):
    make_many(NewsPage, NewsIndexPage.objects.get(), count, first_published_at=PUBLISHED)
    client.get("/sitemap.xml")  # Wagtail remembers for an hour where the site's tree starts.
    with django_assert_max_num_queries(6):
        root = feed(client, "/actualites/flux.xml")
    shown = [title.text for title in root.iterfind(f"{ATOM}entry/{ATOM}title")]
    assert shown == [f"Page {number}" for number in range(min(count, 20))]


def test_the_site_map_holds_what_anyone_may_read(client):
    NewsPageFactory(slug="public")
    NewsPageFactory(slug="brouillon", live=False)
    hidden = NewsPageFactory(slug="prive")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    found = locations(client)
    assert found[0] == "http://testserver/"
    assert {"http://testserver/actualites/public/", "http://testserver/le-comite/seances/"} <= set(found)
    assert not [address for address in found if "brouillon" in address or "prive" in address]
    assert len(found) == len(set(found))


def test_another_app_adds_what_is_not_a_page(client):
    entry = SitemapEntry(path="/propositions/7-velos/?a=1&b=2", changed_at=PUBLISHED)
    with hooks.register_temporarily(SITEMAP_HOOK, lambda: [entry]):
        assert "http://testserver/propositions/7-velos/?a=1&b=2" in locations(client)


def test_the_site_map_holds_published_proposals_only(client):
    published, waiting = ProposalFactory(), ProposalFactory(state=Proposal.State.RECEIVED)
    found = locations(client)
    assert f"http://testserver{published.get_absolute_url()}" in found
    assert f"http://testserver{waiting.get_absolute_url()}" not in found


@pytest.mark.parametrize("count", [10, 1_000])
def test_the_site_map_costs_the_same(client, count, django_assert_max_num_queries):
    make_many(NewsPage, NewsIndexPage.objects.get(), count, first_published_at=PUBLISHED)
    locations(client)  # Wagtail remembers for an hour where the site's tree starts.
    with django_assert_max_num_queries(8):
        assert len(locations(client)) > count


def test_robots_are_kept_out_of_what_is_private_and_told_of_the_site_map(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /compte/" in lines
    assert "Disallow: /" not in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
