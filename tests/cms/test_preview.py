"""Preview of a page before its publication: on a phone, on a computer, on paper."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.urls import reverse
from wagtail.models import get_page_models

from cms.models import BasePage
from common.stylesheet import NAME, PAPER_NAME
from tests.cms.page_forms import news_form
from tests.factories import NewsPageFactory, SessionPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def preview(client, page, mode, view="view_draft"):
    """Returns the preview of `page` in `mode` as a tree; `preview_on_edit` shows the last state of the form."""
    response = client.get(reverse(f"wagtailadmin_pages:{view}", args=[page.pk]), {"mode": mode})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def style_sheets(tree):
    return [link["href"].partition("/static/")[2] for link in tree.select("link[rel=stylesheet]")]


@pytest.fixture
def editor(client, editor_of):
    client.force_login(editor_of("Animation"))
    return client


@pytest.mark.parametrize("model", [model for model in get_page_models() if issubclass(model, BasePage)])
def test_every_page_type_has_previews_for_phone_computer_and_paper(model):
    assert [size["device_width"] for size in model().preview_sizes] == [360, 1280]
    # Some page types have more modes: a call is shown in each of its phases.
    assert [mode for mode, _name in model().preview_modes][:2] == ["", "print"]


@pytest.mark.parametrize("factory", [NewsPageFactory, SessionPageFactory])
@pytest.mark.parametrize(("mode", "sheet"), [("", NAME), ("print", PAPER_NAME)])
def test_print_preview_has_the_print_style_sheet(editor, factory, mode, sheet):
    page = factory(title="Une page")
    page.save_revision()
    tree = preview(editor, page, mode)
    assert style_sheets(tree) == [sheet]
    assert "Une page" in tree.h1.get_text()


def test_mode_parameter_has_no_effect_on_the_published_page(client):
    page = NewsPageFactory()
    tree = BeautifulSoup(client.get(page.url, {"mode": "print"}).content, "html.parser")
    assert style_sheets(tree) == [NAME]


def test_print_preview_style_sheet_applies_to_all_media():
    screen, paper = (Path(finders.find(name)).read_text() for name in (NAME, PAPER_NAME))
    assert "@media print" in screen
    assert "@media print" not in paper
    assert paper.replace("@media all", "@media print") == screen


def test_unsaved_changes_are_shown_in_the_print_preview(editor):
    page = NewsPageFactory(slug="trois-ateliers")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor.post(address, {**news_form(), "title": "Un titre tapé"}).json()["is_valid"]
    assert "Un titre tapé" in preview(editor, page, "print", "preview_on_edit").h1.get_text()


def test_preview_panel_has_both_sizes_and_both_modes(editor):
    page = NewsPageFactory()
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    tree = BeautifulSoup(html, "html.parser")
    sizes = [radio["data-device-width"] for radio in tree.select("[data-device-width]")]
    assert sizes == ["360", "1280"]
    assert [option["value"] for option in tree.select("#id_preview_mode option")] == ["", "print"]
