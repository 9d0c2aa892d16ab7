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


def foot_of(client) -> str:
    return client.get("/sondages/").text.split('aria-labelledby="ce-site"')[1].split("</nav>")[0]


def test_the_foot_shows_the_chosen_pages_in_the_order_of_the_tree(client):
    under_committee = publish("Saisir le comité", CommitteePage.objects.get(), show_in_menus=True)
    publish("Pas choisie", HomePage.objects.get())
    first, second = (publish(title, HomePage.objects.get(), show_in_menus=True) for title in ("Presse", "Ateliers"))
    foot = foot_of(client)
    places = [foot.index(f'<a href="{page.url}">{page.title}</a>') for page in (under_committee, first, second)]
    assert places == sorted(places)
    assert "Pas choisie" not in foot


def test_a_page_leaves_the_foot_at_once_and_comes_back(client):
    page = publish("Presse", HomePage.objects.get(), show_in_menus=True)
    assert page.title in foot_of(client)
    page.unpublish()
    assert page.title not in foot_of(client)
    page.save_revision().publish()
    assert page.title in foot_of(client)


def test_the_foot_names_no_page_twice(client):
    rules = StandardPage.objects.get(slug="regles")
    rules.show_in_menus = True
    rules.save_revision().publish()
    assert foot_of(client).count('href="/regles/"') == 1


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
def test_only_pages_that_a_menu_may_show_offer_it(client, find, offers):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    form = client.get(reverse("wagtailadmin_pages:edit", args=[find().pk])).text
    assert ('name="show_in_menus"' in form) is offers


def test_no_type_of_page_offers_it_but_the_one_that_the_foot_shows():
    """New page types inherit the panels of `BasePage`."""
    assert "show_in_menus" not in NewsPage.get_edit_handler().get_form_options()["fields"]
    assert "show_in_menus" in StandardPage.get_edit_handler().get_form_options()["fields"]
