"""Feeds, sitemap and robots.txt."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageViewRestriction

from cms.hooks import SITEMAP_HOOK, SitemapEntry
from cms.models import NewsIndexPage, NewsPage
from participation.models import Proposal
from polls.models import Poll
from tests.cms.factories import make_many
from tests.factories import NewsPageFactory, ProposalFactory, ThemeFactory, VeilleEntryPageFactory
from veille.models import VeilleEntryPage, VeilleIndexPage

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PUBLISHED = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
FEEDS = ["/actualites/flux.xml", "/actualites/rss.xml", "/veille/flux.xml", "/veille/rss.xml"]
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer


def rss(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own answer


def texts(element, names):
    """Returns the text of each named child, which must exist once and not be empty."""
    found = {}
    for name in names:
        (child,) = element.findall(name)
        assert (child.text or "").strip(), name
        found[name] = child.text
    return found


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
def test_atom_feed_is_in_french_with_absolute_urls(client, path, factory, page_url):
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


@pytest.mark.parametrize(
    ("path", "factory", "page_url"),
    [
        ("/actualites/rss.xml", NewsPageFactory, "http://testserver/actualites/a/"),
        ("/veille/rss.xml", VeilleEntryPageFactory, "http://testserver/veille/a/"),
    ],
)
def test_rss_feed_is_in_french_with_the_required_elements(client, path, factory, page_url):
    """Required elements of an RSS 2.0 channel and item; RFC 822 dates; a guid that is not a URL."""
    page = factory(title="Prix & <b>délais</b>", slug="a", introduction="Deux phrases.", first_published_at=PUBLISHED)
    root = rss(client, path)
    assert (root.tag, root.attrib["version"]) == ("rss", "2.0")
    (channel,) = root
    found = texts(channel, ["title", "link", "description", "language", "lastBuildDate"])
    assert found["language"] == "fr"
    assert channel.find(f"{ATOM}link[@rel='self']").attrib["href"] == f"http://testserver{path}"
    item = channel.find("item")
    assert texts(item, ["title", "link", "description", "guid", "pubDate"]) == {
        "title": "Prix & <b>délais</b>",
        "link": page_url,
        "description": "Deux phrases.",
        "guid": f"urn:uuid:{page.translation_key}",
        "pubDate": "Sat, 14 Nov 2026 09:00:00 +0000",
    }
    assert item.find("guid").attrib["isPermaLink"] == "false"
    assert parsedate_to_datetime(found["lastBuildDate"]) == page.last_published_at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("path", "factory"), [("/actualites/flux.xml", NewsPageFactory), ("/veille/flux.xml", VeilleEntryPageFactory)]
)
def test_atom_feed_has_the_required_elements(client, path, factory, settings):
    """RFC 4287: an author; id, title and updated in the feed and in each entry, dates with an offset, unique ids."""
    for number in range(3):
        factory(slug=f"a{number}", introduction="Une phrase.")
    root = feed(client, path)
    entries = root.findall(f"{ATOM}entry")
    required = [f"{ATOM}{name}" for name in ("id", "title", "updated")]
    moments = [texts(element, required)[f"{ATOM}updated"] for element in (root, *entries)]
    assert all(dt.datetime.fromisoformat(moment).utcoffset() is not None for moment in moments)
    assert moments[0] == max(moments[1:])
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == 3
    author = texts(root.find(f"{ATOM}author"), [f"{ATOM}name", f"{ATOM}uri"])
    assert author[f"{ATOM}name"] == settings.WAGTAIL_SITE_NAME
    assert all(entry.find(f"{ATOM}link").attrib["href"].startswith("http://testserver/") for entry in entries)


def test_watch_feed_has_theme_and_place_as_categories(client):
    VeilleEntryPageFactory(theme=ThemeFactory(name="Transparence"), place="Gand (Belgique)")
    terms = [found.attrib["term"] for found in feed(client, "/veille/flux.xml").iter(f"{ATOM}category")]
    named = [found.text for found in rss(client, "/veille/rss.xml").iter("category")]
    assert terms == named == ["Transparence", "Gand (Belgique)"]


@pytest.mark.parametrize("path", FEEDS)
def test_unchanged_feed_returns_304(client, path):
    """By ETag or by date; a change is sent although the client has an ETag."""
    factory = NewsPageFactory if "actualites" in path else VeilleEntryPageFactory
    page = factory(slug="a", first_published_at=PUBLISHED, last_published_at=PUBLISHED)
    first = client.get(path)
    known = {"If-None-Match": first["ETag"]}
    assert first["Last-Modified"] == "Sat, 14 Nov 2026 09:00:00 GMT"
    unchanged = client.get(path, headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    page.title, page.last_published_at = "Autre titre", PUBLISHED + dt.timedelta(hours=1)
    page.save()
    changed = client.get(path, headers=known)
    assert changed.status_code == 200
    assert "Autre titre" in changed.text
    assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 200


@pytest.mark.parametrize("path", FEEDS)
def test_feed_has_only_public_pages(client, path):
    factory = NewsPageFactory if "actualites" in path else VeilleEntryPageFactory
    factory(title="Secret brouillon", live=False)
    PageViewRestriction.objects.create(page=factory(title="Secret"), restriction_type=PageViewRestriction.LOGIN)
    response = client.get(path)
    assert response.status_code == 200
    assert "Secret" not in response.text


@pytest.mark.parametrize("path", ["/", "/actualites/", "/veille/"])
def test_page_links_its_feeds_in_both_formats(client, path):
    html = client.get(path).text
    shown = [feed for feed in FEEDS if path in feed]
    for address in shown:
        kind = "rss" if "rss" in address else "atom"
        assert re.search(rf'<link rel="alternate" type="application/{kind}\+xml" title="[^"]+" href="{address}">', html)
        if path != "/":
            assert re.search(rf'<a href="{address}">', html)
    assert len(shown) == (4 if path == "/" else 2)


def test_id_of_an_entry_does_not_change_with_its_url(client):
    page = NewsPageFactory(slug="a")
    before = feed(client, "/actualites/flux.xml").find(f"{ATOM}entry/{ATOM}id").text
    page.slug, page.title = "b", "Autre titre"
    page.save()
    assert feed(client, "/actualites/flux.xml").find(f"{ATOM}entry/{ATOM}id").text == before


@pytest.mark.parametrize("path", ["/actualites/flux.xml", "/veille/flux.xml"])
def test_feed_without_pages_is_valid(client, path):
    assert feed(client, path).find(f"{ATOM}entry") is None


@pytest.mark.parametrize("count", [10, 1_000])
def test_queries_of_the_watch_feed_do_not_grow_with_entries(client, count, django_assert_max_num_queries):
    theme = ThemeFactory()
    values = {"theme": theme, "place": "Gand", "year": 2026, "source_url": "https://a.example/", "lesson": "Une idée."}
    make_many(VeilleEntryPage, VeilleIndexPage.objects.get(), count, first_published_at=PUBLISHED, **values)
    client.get("/sitemap.xml")  # Wagtail caches the root paths of sites.
    with django_assert_max_num_queries(1):
        assert len(rss(client, "/veille/rss.xml").findall("channel/item")) == min(count, 20)


@pytest.mark.parametrize("count", [10, 1_000])
def test_news_feed_has_the_latest_pages_with_one_query(client, count, django_assert_max_num_queries):
    make_many(NewsPage, NewsIndexPage.objects.get(), count, first_published_at=PUBLISHED)
    client.get("/sitemap.xml")  # Wagtail caches the root paths of sites for an hour.
    with django_assert_max_num_queries(1):
        root = feed(client, "/actualites/flux.xml")
    shown = [title.text for title in root.iterfind(f"{ATOM}entry/{ATOM}title")]
    assert shown == [f"Page {number}" for number in range(min(count, 20))]


def test_sitemap_has_only_public_pages(client):
    NewsPageFactory(slug="public")
    NewsPageFactory(slug="brouillon", live=False)
    hidden = NewsPageFactory(slug="prive")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    found = locations(client)
    assert found[0] == "http://testserver/"
    assert {"http://testserver/actualites/public/", "http://testserver/le-comite/seances/"} <= set(found)
    assert not [address for address in found if "brouillon" in address or "prive" in address]
    assert len(found) == len(set(found))


def test_sitemap_has_urls_added_by_a_hook(client):
    entry = SitemapEntry(path="/propositions/7-velos/?a=1&b=2", changed_at=PUBLISHED)
    with hooks.register_temporarily(SITEMAP_HOOK, lambda: [entry]):
        assert "http://testserver/propositions/7-velos/?a=1&b=2" in locations(client)


def test_sitemap_has_published_proposals_only(client):
    published, waiting = ProposalFactory(), ProposalFactory(state=Proposal.State.RECEIVED)
    found = locations(client)
    assert f"http://testserver{published.get_absolute_url()}" in found
    assert f"http://testserver{waiting.get_absolute_url()}" not in found


@pytest.mark.parametrize("count", [10, 1_000])
def test_queries_of_the_sitemap_do_not_grow_with_pages(client, count, django_assert_max_num_queries):
    make_many(NewsPage, NewsIndexPage.objects.get(), count, first_published_at=PUBLISHED)
    locations(client)  # Wagtail caches the root paths of sites for an hour.
    with django_assert_max_num_queries(13):
        assert len(locations(client)) > count


def test_sitemap_has_polls_that_have_opened(client):
    now = timezone.now()
    day = dt.timedelta(days=1)
    for slug, opens, closes in (("fini", now - 2 * day, now - day), ("ouvert", now - day, now + day)):
        Poll.objects.create(title=slug, slug=slug, is_draft=False, opens_at=opens, closes_at=closes)
    Poll.objects.create(title="a venir", slug="a-venir", is_draft=False, opens_at=now + day, closes_at=now + 2 * day)
    found = [address for address in locations(client) if address.startswith("http://testserver/sondages/")]
    assert found == [
        "http://testserver/sondages/",
        "http://testserver/sondages/fini/",
        "http://testserver/sondages/fini/resultats/",
        "http://testserver/sondages/ouvert/",
    ]


def test_sitemap_has_the_date_of_the_last_change(client):
    """For a page, its last publication; for a proposal, its publication or the later answer."""
    later = PUBLISHED + dt.timedelta(days=3)
    NewsPageFactory(slug="a", first_published_at=PUBLISHED, last_published_at=later)
    answered = ProposalFactory(created_at=PUBLISHED, state=Proposal.State.ACCEPTED, state_changed_at=later)
    published = ProposalFactory(created_at=PUBLISHED)
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own answer
    changed = {entry.find(f"{SITEMAP}loc").text: entry.find(f"{SITEMAP}lastmod") for entry in root}
    for path, moment in (
        ("/actualites/a/", later),
        (answered.get_absolute_url(), later),
        (published.get_absolute_url(), PUBLISHED),
    ):
        assert dt.datetime.fromisoformat(changed[f"http://testserver{path}"].text) == moment


@pytest.mark.parametrize("state", [state for state in Proposal.State if state not in Proposal.PUBLIC_STATES])
def test_sitemap_does_not_have_proposals_that_are_not_public(client, state):
    proposal = ProposalFactory(state=state)
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    assert f"/propositions/{proposal.pk}-" not in response.text


def test_robots_txt_disallows_accounts_and_has_the_sitemap(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /compte/" in lines
    assert "Disallow: /" not in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
