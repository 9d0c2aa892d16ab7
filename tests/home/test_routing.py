"""Routing of addresses gives the same pages as Wagtail's own level-by-level lookup in the tree."""

import pytest

from cms.models import StandardPage
from tests.factories import TopicPageFactory

pytestmark = pytest.mark.django_db


def test_a_deep_page_is_found_by_its_address(client):
    topic = TopicPageFactory()
    assert client.get(topic.url).context["page"] == topic


def test_page_that_is_not_live_returns_404(client):
    topic = TopicPageFactory(live=False)
    assert client.get(topic.url).status_code == 404


@pytest.mark.parametrize("address", ["/le-comite/nulle-part/", "/le-comite/reglement/nulle-part/", "/a/b/c/d/"])
def test_unknown_address_returns_404(client, address):
    assert client.get(address).status_code == 404


def test_a_page_that_moved_is_found_at_its_new_address_only(client):
    page = StandardPage.objects.get(slug="reglement")
    page.slug = "notre-reglement"
    page.save_revision().publish()
    assert client.get("/le-comite/notre-reglement/").status_code == 200
    assert client.get("/le-comite/reglement/").status_code in (301, 404)
