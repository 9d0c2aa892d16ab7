"""Public pages: the same as by Wagtail's rule, also in search results."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from cms.models import MissingAddress, NewsIndexPage, NewsPage
from cms.models.visibility import published_pages
from tests.factories import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def test_drafts_and_restricted_pages_are_not_published():
    shown = NewsPageFactory()
    NewsPageFactory(live=False)
    reserved = NewsPageFactory()
    PageViewRestriction.objects.create(page=reserved, restriction_type=PageViewRestriction.LOGIN)
    assert list(NewsPage.objects.published()) == [shown]
    PageViewRestriction.objects.create(page=NewsIndexPage.objects.get(), restriction_type=PageViewRestriction.LOGIN)
    assert not NewsPage.objects.published().exists()
    assert set(published_pages(Page.objects.all())) == set(Page.objects.live().public())


def test_published_pages_are_read_with_one_query(django_assert_num_queries):
    NewsPageFactory()
    with django_assert_num_queries(1):
        assert len(NewsPage.objects.published()) == 1


def test_view_restrictions_of_a_page_equal_those_of_wagtail(django_assert_num_queries):
    index, page, other = NewsIndexPage.objects.get(), NewsPageFactory(), NewsPageFactory()
    alias = page.create_alias(update_slug="encore")
    with django_assert_num_queries(1):
        assert not other.get_view_restrictions()

    def restriction_count(one):
        restrictions = one.get_view_restrictions().order_by("pk")
        assert [*restrictions] == [*Page.get_view_restrictions(one).order_by("pk")]
        return len(restrictions)

    pages = [index, page, alias, other, NewsPage()]
    assert [restriction_count(one) for one in pages] == [0, 0, 0, 0, 0]
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert [restriction_count(one) for one in pages] == [0, 1, 1, 0, 0]
    PageViewRestriction.objects.create(page=index, restriction_type=PageViewRestriction.GROUPS)
    assert [restriction_count(one) for one in pages] == [1, 2, 2, 1, 0]


def test_copy_of_a_page_is_not_an_alias(client, editor_of):
    page = NewsPageFactory(title="Atelier du samedi")
    client.force_login(editor_of("Rédaction"))
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    assert "alias" not in client.get(address).context["form"].fields
    sent = {"new_title": "Atelier", "new_slug": "atelier", "new_parent_page": page.get_parent().pk, "alias": "on"}
    client.post(address, sent)
    assert NewsPage.objects.get(slug="atelier").alias_of is None


def test_search_results_can_be_filtered_to_published_pages():
    page = NewsPageFactory(title="Une médiathèque ouverte")
    NewsPageFactory(title="Une médiathèque fermée", live=False)
    found = NewsPage.objects.search("médiathèque").get_queryset()
    assert [one.pk for one in published_pages(found)] == [page.pk]


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS])
def test_restricted_page_has_the_same_response_as_a_missing_one(client, editor_of, kind):
    page = NewsPageFactory(slug="reservee")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    restriction.groups.add(Group.objects.get(name="Secrétariat"))

    def response_for(slug):
        answer = client.get(f"/actualites/{slug}/")
        # The request ID differs.
        del answer.headers["X-Request-ID"]
        return answer.status_code, answer.headers, answer.content.decode().replace(slug, "x")

    restricted = response_for("reservee")
    assert restricted == response_for("inconnue")
    assert restricted[0] == 404
    assert 'href="/compte/connexion/?next=/actualites/x/"' in restricted[2]
    if kind == PageViewRestriction.GROUPS:
        client.force_login(editor_of("Rédaction"))
        restricted = response_for("reservee")
        assert restricted[0] == 404
        assert restricted[2] == response_for("inconnue")[2]
    client.force_login(editor_of("Secrétariat"))
    assert response_for("reservee")[0] == 200


def test_restricted_page_is_not_counted_as_a_missing_url(client):
    PageViewRestriction.objects.create(page=NewsPageFactory(slug="reservee"), restriction_type="login")
    client.get("/actualites/reservee/")
    assert not MissingAddress.objects.exists()
    client.get("/actualites/inconnue/")
    assert MissingAddress.objects.exists()
