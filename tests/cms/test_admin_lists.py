"""Tables of the admin: each cell names its column for phones; the most relevant column comes first."""

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.urls import reverse
from wagtail.admin.ui.tables import Column, DateColumn, UserColumn

from common.admin import AttachedFilesColumn
from tests.factories import CommentFactory, NewsPageFactory, OfficialAnswerFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.indexed]

TITLE = "wagtailadmin/tables/title_cell.html"
# Cells with self-explanatory text (« Utilisé 3 fois », the workflows of a task), and cells that no list here has.
NAMELESS = {
    "wagtailadmin/tables/locale_cell.html",
    "wagtailadmin/tables/related_objects_cell.html",
    "wagtailadmin/tables/usage_count_column_cell.html",
    "wagtailadmin/workflows/includes/task_usage_cell.html",
}


@pytest.fixture
def read(client):
    """Returns a function that gives the elements of an admin page that match a selector."""
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    def select(address, selector):
        return BeautifulSoup(client.get(address).content, "html.parser").select(selector)

    return select


def test_each_cell_with_a_value_has_the_label_of_its_column(read):
    """Except the checkbox and the title, whose column names phones do not show."""
    CommentFactory(state="recu")
    cells = read("/admin/commentaires/", ".listing tbody td")
    assert [cell.get("data-label") for cell in cells] == [
        *(None, None),
        *("Signalements", "État", "Âge", "À propos de", "De"),
    ]


def columns(kind=Column):
    return {kind, *(found for child in kind.__subclasses__() for found in columns(child))}


def test_template_of_each_column_class_has_the_label_of_the_column():
    """Controls: a column of the site, two of Wagtail."""
    loader, kinds = engines["django"].engine, columns()
    assert {AttachedFilesColumn, DateColumn, UserColumn} <= kinds
    paths = {kind.cell_template_name for kind in kinds if isinstance(kind.cell_template_name, str)} - NAMELESS
    sources = {path: loader.get_template(path).source for path in paths if "/chooser/" not in path}
    titles = {path for path, source in sources.items() if path == TITLE or f'{{% extends "{TITLE}" %}}' in source}
    assert [
        path for path in sorted({*sources} - titles) if 'data-label="{{ column.label }}"' not in sources[path]
    ] == []


def test_a_cell_without_a_value_is_empty(read):
    """Control: the same row has cells with and without a value; the style sheet hides the column name of empty ones."""
    OfficialAnswerFactory()
    cells = {cell["data-label"]: cell for cell in read("/admin/reponses/", ".listing tbody td[data-label]")}
    assert not cells["Difficulté"].contents
    assert cells["Service"].get_text(strip=True)


def test_cells_of_the_page_explorer_have_column_labels(read):
    """A status tag needs no name."""
    news = NewsPageFactory()
    address = reverse("wagtailadmin_explore", args=[news.get_parent().pk])
    labels = [cell["data-label"] for cell in read(address, ".listing tbody td[data-label]")]
    assert labels == ["Mis à jour", "Type"]


def test_cells_of_wagtail_reports_have_column_labels(read):
    """Reports that do not use Wagtail's tables: pages by age, history of the site."""
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
