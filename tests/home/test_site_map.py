"""Site map for visitors."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.factories import NewsPageFactory, TopicPageFactory
from tests.home.searching import main

pytestmark = pytest.mark.django_db


class TestSiteMap:
    def test_public_pages_are_nested(self, client):
        text = main(client.get(reverse("home:site_map")))
        for address in (
            "/actualites/",
            "/le-comite/",
            "/le-comite/seances/",
            "/propositions/appels/",
            "/accessibilite/",
        ):
            assert f'href="{address}"' in text
        assert text.index('href="/le-comite/"') < text.index('href="/le-comite/membres/"') < text.index('href="/aide/"')

    def test_dated_pages_and_unpublished_sections_are_excluded(self, client):
        news = NewsPageFactory(title="Actualité", body=[("text", "<p>Texte</p>")])
        committee = Page.objects.get(slug="le-comite")
        Page.objects.filter(pk=committee.pk).update(live=False)
        text = main(client.get(reverse("home:site_map")))
        assert news.url not in text
        # The register is not an editors' page: it stays.
        assert "/le-comite/" not in text.replace("/le-comite/decisions/", "")

    def test_site_map_costs_two_queries(self, client, django_assert_max_num_queries):
        for number in range(10):
            TopicPageFactory(title=f"Sujet {number}")
        client.get(reverse("home:site_map"))
        with django_assert_max_num_queries(2):
            client.get(reverse("home:site_map"))
