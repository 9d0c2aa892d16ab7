"""Metadata of pages for other sites and search engines: cards, canonical URLs, schema.org data, icons."""

import datetime as dt
import io
import json

import pytest
import time_machine
import tinyhtml5
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image, ImageChops
from wagtail.models import Page

from cms.models import SiteConfiguration
from committee.models import SessionPage
from common.templatetags.dates import CITY_ZONE
from polls.models import Poll
from tests.cms.factories import make_image, picture_file
from tests.factories import (
    CallPageFactory,
    NewsPageFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    VeilleEntryPageFactory,
)
from tools import icons

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
MAX_CARD = 40_000


def elements(html, tag):
    root = tinyhtml5.parse(html, namespace_html_elements=False)
    return list(root.iter(tag))


def head_of(html):
    """Returns the meta elements by name or property, and the links by relation."""
    metas = {meta.get("property") or meta.get("name"): meta.get("content") for meta in elements(html, "meta")}
    links = {link.get("rel"): link.get("href") for link in elements(html, "link")}
    return metas, links


def structured_data_of(html):
    """Returns the objects of the JSON-LD blocks by type. Each block must be JSON, in the context of schema.org."""
    found = {}
    for script in elements(html, "script"):
        if script.get("type") == "application/ld+json":
            block = json.loads(script.text)
            assert block["@context"] == "https://schema.org"
            found |= {fact["@type"]: fact for fact in block["@graph"]}
    return found


def get(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text


def make_poll(**kwargs):
    return Poll.objects.create(
        **{
            "title": "Vos démarches",
            "slug": "demarches",
            "is_draft": False,
            "opens_at": NOW,
            "closes_at": NOW + dt.timedelta(days=9),
            **kwargs,
        }
    )


@pytest.fixture
def public_urls():
    """URLs of every kind of public page, while a poll is open."""
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        yield make_public_urls()


def make_public_urls():
    pages = [
        NewsPageFactory(),
        VeilleEntryPageFactory(),
        SessionPageFactory(),
        TopicPageFactory(),
        CallPageFactory(),
    ]
    made = [page.url for page in pages]
    poll = make_poll()
    others = [ProposalFactory().get_absolute_url(), poll.get_absolute_url(), f"{poll.get_absolute_url()}resultats/"]
    views = ["/sondages/", "/plan-du-site/", "/propositions/", "/propositions/deposer/"]
    return [*(page.get_url() for page in Page.objects.live().filter(depth__gt=1)), *made, *others, *views]


class TestCard:
    def test_every_public_page_has_a_complete_card(self, client, public_urls):
        for path in dict.fromkeys(public_urls):
            metas, links = head_of(get(client, path))
            assert links["canonical"] == metas["og:url"] == f"http://testserver{path}"
            assert metas["og:type"] in ("website", "article")
            assert metas["og:locale"] == "fr_FR"
            assert metas["og:site_name"] == settings.WAGTAIL_SITE_NAME
            for name in ("og:title", "og:description", "og:image", "og:image:alt", "description"):
                assert metas[name], (path, name)
            assert metas["og:image"].startswith("http://testserver/")
            assert "robots" not in metas, path

    def test_card_has_title_and_introduction_of_the_page(self, client):
        page = NewsPageFactory(title="L’« été » & <b>nous</b>", slug="ete", introduction='Un "bel" été.')
        html = get(client, page.url)
        metas, _links = head_of(html)
        assert metas["og:title"] == "L’«\u00a0été\u00a0» & <b>nous</b>"
        assert metas["og:description"] == metas["description"] == 'Un "bel" été.'
        title = elements(html, "title")[0].text
        assert title == f"{metas['og:title']} – {settings.WAGTAIL_SITE_NAME}"

    def test_article_has_dates_of_publication_and_change(self, client):
        page = NewsPageFactory(first_published_at=NOW, last_published_at=NOW + dt.timedelta(days=2))
        metas, _links = head_of(get(client, page.url))
        assert metas["og:type"] == "article"
        assert metas["article:published_time"] == "2026-11-14T10:00:00+01:00"
        assert metas["article:modified_time"] == "2026-11-16T10:00:00+01:00"

    def test_card_has_the_image_of_the_page_or_else_that_of_the_site(self, client):
        image = make_image(file=picture_file(size=(1600, 1200)), description="Un atelier à Neudorf")
        own, _links = head_of(get(client, NewsPageFactory(image=image).url))
        assert own["og:image:alt"] == "Un atelier à Neudorf"
        assert (own["og:image:width"], own["og:image:height"]) == ("1200", "630")
        assert own["og:image"].endswith(".jpg")
        served = client.get(own["og:image"].removeprefix("http://testserver"))
        with Image.open(io.BytesIO(b"".join(served.streaming_content))) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1200, 630))
        others, _links = head_of(get(client, "/sondages/"))
        assert others["og:image"] == "http://testserver/static/img/card.png"

    def test_card_has_a_drawn_image_if_the_image_file_is_missing(self, client):
        image = make_image()
        image.file.storage.delete(image.file.name)
        page = NewsPageFactory(image=image)
        metas, _links = head_of(get(client, page.url))
        assert metas["og:image"].startswith(f"http://testserver/partage/pages/{page.pk}.png?v=")

    @pytest.mark.parametrize(
        ("query", "canonical"),
        [
            ("?annee=2019", ""),
            ("?utm_source=x", ""),
            ("?page=2", "?page=2"),
            ("?page=02", "?page=2"),
            ("?page=1", ""),
            ("?page=x", ""),
            ("?page=²", ""),
            ("?page=2&annee=2019", ""),
        ],
    )
    def test_canonical_url_has_only_a_valid_page_number(self, client, query, canonical):
        _metas, links = head_of(get(client, f"/actualites/{query}"))
        assert links["canonical"] == f"http://testserver/actualites/{canonical}"

    def test_stored_icons_and_card_equal_the_output_of_the_script(self):
        for name, drawn in icons.pictures().items():
            with Image.open(finders.find(f"img/{name}")) as kept:
                assert kept.size == drawn.size, name
                if name != "card.png":  # Letters differ slightly between versions of the font engine.
                    assert kept.convert("RGBA").tobytes() == drawn.convert("RGBA").tobytes(), name

    def test_card_image_of_the_site_is_small(self):
        with open(finders.find("img/card.png"), "rb") as file:
            assert len(file.read()) <= MAX_CARD


class TestNoIndex:
    @pytest.mark.parametrize(
        "path",
        [
            "/recherche/?q=borne",
            "/compte/connexion/",
            "/compte/creer/",
            "/lettre/inscription/",
            "/contact/ecrire/",
            "/desinscription/",
            "/desinscription/faux/",
            "/lettre/confirmer/faux/",
            "/propositions/deposer/idee/",
            "/nulle-part/",
            "/propositions/999-rien/",
            "/sondages/rien/",
        ],
    )
    def test_forms_accounts_tokens_and_errors_have_noindex_and_no_card(self, client, path):
        html = client.get(path).text
        metas, links = head_of(html)
        assert metas["robots"] == "noindex"
        assert "canonical" not in links
        assert "og:url" not in metas
        assert not structured_data_of(html)

    def test_actions_of_a_proposal_have_noindex(self, client):
        proposal = ProposalFactory()
        for action in ("soutenir", "commenter"):
            metas, _links = head_of(get(client, f"/propositions/{proposal.pk}/{action}/"))
            assert metas["robots"] == "noindex"

    def test_preview_has_noindex_and_no_canonical_url(self):
        page = NewsPageFactory()
        metas, links = head_of(page.make_preview_request().text)
        assert metas["robots"] == "noindex"
        assert "canonical" not in links

    def test_pages_of_the_sitemap_have_no_robots_tag(self, client, public_urls):
        """Control of the two lists: a URL cannot be in the sitemap and exclude robots."""
        lines = client.get("/sitemap.xml").text.split("<loc>")[1:]
        addresses = {line.split("</loc>")[0].removeprefix("http://testserver") for line in lines}
        assert addresses >= set(public_urls) - {"/sondages/demarches/resultats/"}
        for address in addresses:
            metas, _links = head_of(get(client, address))
            assert "robots" not in metas, address


class TestStructuredData:
    def test_home_page_has_data_of_organization_and_search(self, client):
        configuration = SiteConfiguration.load()
        configuration.phone, configuration.contact_email = "03 88 00 00 00", "bonjour@comite.example"
        configuration.save()
        facts = structured_data_of(get(client, "/"))
        committee = facts["GovernmentOrganization"]
        assert committee["name"] == settings.WAGTAIL_SITE_NAME
        assert committee["url"] == "http://testserver/"
        assert committee["logo"] == "http://testserver/static/img/icon-512.png"
        assert committee["contactPoint"]["telephone"] == "+33388000000"
        assert committee["contactPoint"]["email"] == "bonjour@comite.example"
        target = facts["WebSite"]["potentialAction"]["target"]
        assert target == f"http://testserver{reverse('home:search')}?q={{search_term_string}}"
        assert structured_data_of(get(client, "/le-comite/"))["GovernmentOrganization"] == committee

    def test_session_has_event_data_in_paris_time(self, client):
        session = SessionPageFactory(
            title="Les démarches",
            number=3,
            starts_at=dt.datetime(2026, 7, 1, 18, 30, tzinfo=CITY_ZONE),
            ends_at=dt.datetime(2026, 7, 1, 20, 0, tzinfo=CITY_ZONE),
            introduction="Une séance ouverte.",
        )
        event = structured_data_of(get(client, session.url))["Event"]
        assert event["name"] == session.heading
        assert (event["startDate"], event["endDate"]) == ("2026-07-01T18:30:00+02:00", "2026-07-01T20:00:00+02:00")
        assert event["eventStatus"] == "https://schema.org/EventScheduled"
        assert event["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
        assert event["location"]["name"] == "Centre administratif"
        assert event["organizer"]["@type"] == "GovernmentOrganization"
        assert event["url"] == f"http://testserver{session.url}"

    def test_event_data_of_a_cancelled_session_has_status_cancelled(self, client):
        session = SessionPageFactory(status=SessionPage.Status.CANCELLED)
        assert (
            structured_data_of(get(client, session.url))["Event"]["eventStatus"] == "https://schema.org/EventCancelled"
        )

    def test_news_has_article_data_with_escaped_markup(self, client):
        page = NewsPageFactory(
            title="</script><script>alert(1)</script>",
            slug="a",
            introduction="<!-- & -->",
            image=make_image(),
            first_published_at=NOW,
            last_published_at=NOW + dt.timedelta(hours=1),
        )
        html = get(client, page.url)
        assert "<script>alert" not in html
        article = structured_data_of(html)["NewsArticle"]
        assert article["headline"] == "</script><script>alert(1)</script>"
        assert article["description"] == "<!-- & -->"
        assert article["datePublished"] == "2026-11-14T10:00:00+01:00"
        assert article["dateModified"] == "2026-11-14T11:00:00+01:00"
        assert article["publisher"]["name"] == settings.WAGTAIL_SITE_NAME
        assert article["image"]["url"] == head_of(html)[0]["og:image"]

    def test_breadcrumb_data_goes_from_the_home_page_to_the_page(self, client):
        session = SessionPageFactory(title="Séance de rentrée")
        trail = structured_data_of(get(client, session.url))["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in trail] == [1, 2, 3, 4]
        assert trail[0]["item"] == "http://testserver/"
        assert trail[2]["item"] == "http://testserver/le-comite/seances/"
        assert trail[3] == {"@type": "ListItem", "position": 4, "name": "Séance de rentrée"}

    def test_data_of_a_proposal_does_not_have_its_author(self, client):
        proposal = ProposalFactory(author__public_name="Odile M.")
        facts = structured_data_of(get(client, proposal.get_absolute_url()))
        assert set(facts) == {"BreadcrumbList"}
        assert "Odile" not in json.dumps(facts)

    def test_queries_of_a_news_item_with_image_are_limited(self, client, django_assert_max_num_queries):
        page = NewsPageFactory(image=make_image())
        get(client, page.url)
        with django_assert_max_num_queries(14):
            get(client, page.url)


class TestIcons:
    def test_manifest_has_name_of_the_site_and_icons_with_their_sizes(self, client):
        response = client.get(reverse("cms:manifest"))
        assert response["Content-Type"] == "application/manifest+json"
        manifest = response.json()
        assert manifest["name"] == settings.WAGTAIL_SITE_NAME
        assert (manifest["lang"], manifest["start_url"]) == ("fr", "/")
        assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
        for icon in manifest["icons"]:
            with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as image:
                assert icon["sizes"] == f"{image.width}x{image.height}"

    def test_maskable_icon_fits_in_the_safe_zone(self):
        for size in (192, 512):
            with Image.open(finders.find(f"img/icon-{size}.png")) as image:
                ground = Image.new("RGB", image.size, image.convert("RGB").getpixel((0, 0)))
                left, top, right, bottom = ImageChops.difference(image.convert("RGB"), ground).getbbox()
            corners = [(x - size / 2, y - size / 2) for x in (left, right) for y in (top, bottom)]
            assert max(x * x + y * y for x, y in corners) <= (0.4 * size) ** 2
            assert right - left > size / 2

    def test_favicon_ico_redirects_to_an_icon(self, client):
        response = client.get("/favicon.ico")
        assert response.status_code == 302
        with Image.open(finders.find(response["Location"].removeprefix("/static/"))) as image:
            assert (image.format, image.size) == ("ICO", (32, 32))

    def test_head_links_manifest_and_existing_icons(self, client):
        _metas, links = head_of(get(client, "/"))
        assert links["manifest"] == reverse("cms:manifest")
        assert finders.find(links["apple-touch-icon"].removeprefix("/static/"))
        assert finders.find(links["icon"].removeprefix("/static/"))
