"""What anyone may read of the pages: the same as Wagtail's rule, also for what a search found."""

import pytest
from wagtail.models import Page, PageViewRestriction

from cms.models import NewsIndexPage, NewsPage
from cms.models.visibility import published_pages
from tests.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


def test_a_draft_and_what_lies_under_a_restriction_are_left_out():
    shown = NewsPageFactory()
    NewsPageFactory(live=False)
    reserved = NewsPageFactory()
    PageViewRestriction.objects.create(page=reserved, restriction_type=PageViewRestriction.LOGIN)
    assert list(NewsPage.objects.published()) == [shown]
    PageViewRestriction.objects.create(page=NewsIndexPage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    assert not NewsPage.objects.published().exists()
    assert set(published_pages(Page.objects.all())) == set(Page.objects.live().public())


def test_one_query_is_enough(django_assert_num_queries):
    NewsPageFactory()
    with django_assert_num_queries(1):
        assert len(NewsPage.objects.published()) == 1


def test_what_a_search_found_is_held_to_the_rule():
    page = NewsPageFactory(title="Une médiathèque ouverte")
    NewsPageFactory(title="Une médiathèque fermée", live=False)
    found = NewsPage.objects.search("médiathèque").get_queryset()
    assert [one.pk for one in published_pages(found)] == [page.pk]
