"""List of news, and a news item, for readers."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.models import NewsIndexPage, NewsPage
from cms.services import publish_due
from tests.cms.factories import make_image, make_many, rich_text
from tests.factories import NewsPageFactory, TopicPageFactory

pytestmark = pytest.mark.django_db

PUBLISHED = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)


def read(client, path="/actualites/"):
    response = client.get(path)
    assert response.status_code == 200
    return response


def titles(response):
    return [entry.title for entry in response.context["entries"]]


def test_the_list_shows_date_title_and_introduction_newest_first(client):
    NewsPageFactory(title="Ancienne", first_published_at=PUBLISHED - dt.timedelta(days=3))
    NewsPageFactory(title="Récente", introduction="Deux phrases courtes.", first_published_at=PUBLISHED)
    response = read(client)
    assert titles(response) == ["Récente", "Ancienne"]
    html = response.content.decode().replace("\u00a0", " ")
    assert "14 novembre 2026" in html
    assert "Deux phrases courtes." in html
    assert 'href="/actualites/flux.xml"' in html


@pytest.mark.parametrize("hidden", [{"live": False}, {"live": True, "restricted": True}])
def test_drafts_and_private_pages_are_in_no_list_feed_or_sitemap(client, hidden):
    restricted = hidden.pop("restricted", False)
    page = NewsPageFactory(title="Mot-canari", slug="cache", **hidden)
    if restricted:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    for path in ("/actualites/", "/actualites/flux.xml", "/sitemap.xml"):
        content = read(client, path).content.decode()
        assert "Mot-canari" not in content
        assert "/actualites/cache/" not in content
    assert not NewsPage.objects.published().exists()
    assert client.get("/actualites/cache/").status_code == 404


def test_empty_list_links_to_the_sessions(client):
    assert "/le-comite/seances/" in read(client).content.decode()


def test_card_without_image_has_pictogram_and_name_of_its_topic(client):
    topic = TopicPageFactory(title="Les bornes", pictogram="mobility")
    NewsPageFactory(title="Une borne", related_page=topic)
    html = read(client).content.decode()
    assert "card--pictured family--services" in html
    assert "pictograms.svg#mobility" in html
    assert '<p class="topic-name">Les bornes</p>' in html


def test_card_does_not_show_an_unpublished_topic(client):
    NewsPageFactory(related_page=TopicPageFactory(title="Mot-canari", pictogram="mobility", live=False))
    html = read(client).content.decode()
    assert "Mot-canari" not in html
    assert "pictograms.svg#house" in html
    assert "#mobility" not in html


def test_queries_of_the_list_do_not_grow_with_images(client, settings, tmp_path, django_assert_num_queries):
    settings.MEDIA_ROOT = tmp_path
    NewsPageFactory(image=make_image())
    read(client)  # Creates the renditions once.
    with CaptureQueriesContext(connection) as queries:
        read(client)
    count = len(queries)
    for _number in range(4):
        NewsPageFactory(image=make_image(), related_page=TopicPageFactory())
    read(client)
    with django_assert_num_queries(count):
        assert read(client).content.decode().count("<picture>") == 5


def test_list_is_paginated_by_ten(client):
    make_many(NewsPage, NewsIndexPage.objects.get(), 25, first_published_at=PUBLISHED)
    assert len(titles(read(client))) == 10
    last = read(client, "/actualites/?page=3")
    assert titles(last) == [f"Page {number}" for number in range(20, 25)]


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "", "1e9", "٣"])
def test_invalid_page_number_shows_an_existing_page(client, number):
    NewsPageFactory()
    assert len(titles(read(client, f"/actualites/?page={number}"))) == 1


def test_year_filter_has_years_with_news_and_filters_by_one(client):
    for year in (2024, 2026):
        NewsPageFactory(title=f"De {year}", first_published_at=PUBLISHED.replace(year=year))
    NewsPageFactory(live=False, first_published_at=PUBLISHED.replace(year=2019))
    response = read(client, "/actualites/?annee=2024")
    assert response.context["years"] == [2026, 2024]
    assert titles(response) == ["De 2024"]


def test_year_of_a_news_item_is_in_paris_time(client):
    """An hour before midnight in UTC is already the new year in Paris."""
    NewsPageFactory(first_published_at=dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC))
    assert read(client).context["years"] == [2026]


@pytest.mark.parametrize("year", ["2019", "x", "", "0", "99999", "20 26", "'"])
def test_invalid_year_or_year_without_news_does_not_filter(client, year):
    NewsPageFactory(first_published_at=PUBLISHED)
    assert len(titles(read(client, f"/actualites/?annee={year}"))) == 1


def test_date_of_a_change_on_another_day_is_shown(client):
    NewsPageFactory(slug="a", first_published_at=PUBLISHED, last_published_at=PUBLISHED + dt.timedelta(days=2))
    html = read(client, "/actualites/a/").content.decode().replace("\u00a0", " ")
    assert "14 novembre 2026" in html
    assert "16 novembre 2026" in html


def test_change_on_the_same_day_in_paris_has_no_date():
    page = NewsPage(first_published_at=PUBLISHED, last_published_at=PUBLISHED + dt.timedelta(hours=5))
    assert page.changed_on is None
    assert NewsPage().changed_on is None


def test_news_item_shows_its_image_with_alternative_text(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    NewsPageFactory(slug="a", image=make_image(), body=[rich_text("<h2>Un titre</h2><p>Du texte.</p>")])
    html = read(client, "/actualites/a/").content.decode()
    assert 'alt="Six personnes autour d’une table"' in html
    assert "<h2>Un titre</h2>" in html
    assert html.count("<h1") == 1
    assert "style=" not in html


def test_queries_of_a_news_item_are_limited(client, settings, tmp_path, django_assert_max_num_queries):
    settings.MEDIA_ROOT = tmp_path
    image = make_image()
    block = {"type": "image", "value": {"image": {"image": image.pk, "decorative": True, "alt_text": ""}, "legend": ""}}
    NewsPageFactory(slug="a", image=image, body=[rich_text("<p>Texte</p>"), block])
    read(client, "/actualites/a/")
    with django_assert_max_num_queries(9):
        read(client, "/actualites/a/")


def test_reading_sets_no_cookie(client):
    NewsPageFactory(slug="a")
    for path in ("/actualites/", "/actualites/a/"):
        response = read(client, path)
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=60"
        assert 'method="post"' not in response.content.decode()


def test_only_an_expired_public_news_item_has_its_own_404_page(client):
    def answer(slug):
        response = client.get(f"/actualites/{slug}/")
        assert response.status_code == 404
        return response.content.decode()

    over, closed = (NewsPageFactory(slug=slug, title="Un secret", expire_at=PUBLISHED) for slug in ("finie", "fermee"))
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    publish_due(now=PUBLISHED)
    NewsPageFactory(slug="brouillon", live=False, expired=True, first_published_at=None)
    NewsPageFactory(slug="retiree").unpublish()
    said = answer(over.slug)
    assert "n’est plus en ligne" in said
    assert 'class="button" href="/actualites/"' in said
    assert "Un secret" not in said
    for slug in ("fermee", "brouillon", "retiree", "inconnue"):
        assert "n’est plus en ligne" not in answer(slug), slug
