"""« Faire apparaître dans les menus » works, and only pages on which it has an effect offer it."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.models import NewsPage, StandardPage
from committee.models import CommitteePage
from home.models import HomePage
from tests.factories import NewsPageFactory, UserFactory

pytestmark = pytest.mark.django_db


def publish(title: str, parent: Page, **fields) -> StandardPage:
    page = parent.add_child(instance=StandardPage(title=title, live=False, **fields))
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def footer_of(client) -> str:
    return client.get("/sondages/").text.split('aria-labelledby="ce-site"')[1].split("</nav>")[0]


def test_footer_has_selected_pages_in_the_order_of_the_tree(client):
    under_committee = publish("Saisir le comité", CommitteePage.objects.get(), show_in_menus=True)
    publish("Pas choisie", HomePage.objects.get())
    first, second = (publish(title, HomePage.objects.get(), show_in_menus=True) for title in ("Presse", "Ateliers"))
    foot = footer_of(client)
    places = [foot.index(f'<a href="{page.url}">{page.title}</a>') for page in (under_committee, first, second)]
    assert places == sorted(places)
    assert "Pas choisie" not in foot


def test_footer_follows_publication_of_a_page_at_once(client):
    page = publish("Presse", HomePage.objects.get(), show_in_menus=True)
    assert page.title in footer_of(client)
    page.unpublish()
    assert page.title not in footer_of(client)
    page.save_revision().publish()
    assert page.title in footer_of(client)


def test_footer_has_each_page_once(client):
    rules = StandardPage.objects.get(slug="regles")
    rules.show_in_menus = True
    rules.save_revision().publish()
    assert footer_of(client).count('href="/regles/"') == 1


@pytest.mark.parametrize(
    ("find", "offers"),
    [
        (lambda: publish("Presse", HomePage.objects.get()), True),
        (lambda: StandardPage.objects.get(slug="aide"), False),
        (lambda: NewsPageFactory(), False),
        (lambda: CommitteePage.objects.get(), False),
        (lambda: HomePage.objects.get(), False),
    ],
)
def test_only_pages_that_the_footer_can_show_have_the_menu_option(client, find, offers):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[find().pk])).text
    assert ('name="show_in_menus"' in form) is offers


def test_only_standard_pages_have_the_menu_option():
    """New page types inherit the panels of `BasePage`."""
    assert "show_in_menus" not in NewsPage.get_edit_handler().get_form_options()["fields"]
    assert "show_in_menus" in StandardPage.get_edit_handler().get_form_options()["fields"]
