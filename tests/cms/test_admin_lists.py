"""The tables of the admin: each cell names its column for a phone; what one decides by comes first."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.factories import CommentFactory, NewsPageFactory, OfficialAnswerFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def read(client):
    """Returns a function that gives the parts of a page of the admin that a selector names."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    def select(address, selector):
        return BeautifulSoup(client.get(address).content, "html.parser").select(selector)

    return select


def test_each_cell_with_a_value_names_its_column(read):
    CommentFactory(state="recu")
    cells = read("/admin/snippets/participation/comment/", ".listing tbody td")
    assert [cell.get("data-label") for cell in cells] == [
        None,
        *("Texte", "Signalements", "État", "Âge", "À propos de", "De"),
    ]


def test_a_cell_without_a_value_is_empty(read):
    """A control: the same row has cells with and without one; the style sheet shows no name without a value."""
    OfficialAnswerFactory()
    cells = {cell["data-label"]: cell for cell in read("/admin/reponses/", ".listing tbody td[data-label]")}
    assert not cells["Difficulté"].contents
    assert cells["Service"].get_text(strip=True)


def test_the_pages_of_the_tree_name_theirs(read):
    """A status is drawn as one, and needs no name."""
    news = NewsPageFactory()
    address = reverse("wagtailadmin_explore", args=[news.get_parent().pk])
    labels = [cell["data-label"] for cell in read(address, ".listing tbody td[data-label]")]
    assert labels == ["Mis à jour", "Type"]


def test_the_reports_of_wagtail_name_theirs(read):
    """What it draws without its tables: pages by age, what was done on the site."""
    NewsPageFactory().save_revision().publish()
    for report, names in {
        "aging_pages": ["Dernière publication", "Dernière publication par", "Type"],
        "site_history": ["Type", "Action", "Utilisateur", "Date/Heure"],
    }.items():
        labels = [
            cell["data-label"]
            for cell in read(reverse(f"wagtailadmin_reports:{report}"), ".listing tbody td[data-label]")
        ]
        assert labels[: len(names)] == names
