"""Forms of the admin have no selects that grow with the site: they use choosers, which describe their items."""

from collections.abc import Iterator

import pytest
from django import forms
from django.urls import get_resolver
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

from common.choosers import FilteredChooserViewSet

# Short enough for a select: services of the city, metropolises, and the measures that compare them.
BOUNDED = {"participation.CityService", "veille.City", "veille.Criterion"}
# Their admin form is never used: residents and moderators write them elsewhere.
NEVER_EDITED = {
    "fieldwork.Finding",
    *(f"participation.{name}" for name in ("Comment", "Appeal", "DeskEntry", "Report")),
}


@pytest.fixture(autouse=True)
def choosers():
    """Loads the URLs of the admin, which registers Wagtail's choosers."""
    assert get_resolver().url_patterns


def lists_in(form, place: str) -> Iterator[str]:
    """Yields the fields of `form`, and of its child forms, whose widget lists all objects."""
    for name, field in form.base_fields.items():
        is_list = isinstance(field, forms.ModelChoiceField) and isinstance(field.widget, forms.Select)
        if is_list and field.queryset.model._meta.label not in BOUNDED:
            yield f"{place}.{name}"
    for relation, rows in getattr(form, "formsets", {}).items():
        yield from lists_in(rows.form, f"{place}.{relation}")


@pytest.mark.parametrize("model", [*get_snippet_models(), *get_page_models()], ids=lambda model: model._meta.label)
def test_no_form_lists_all_rows_of_a_model(model):
    if model._meta.label in NEVER_EDITED:
        return
    panel = model.snippet_viewset.get_edit_handler() if hasattr(model, "snippet_viewset") else model.get_edit_handler()
    assert list(lists_in(panel.get_form_class(), model._meta.label)) == []


def test_own_choosers_are_filtered_choosers():
    """Wagtail's choosers of images and documents check the `choose` permission; other tests cover pages and tasks."""
    choosers = [one for one in viewsets.viewsets if isinstance(one, ChooserViewSet)]
    ours = [one for one in choosers if not type(one).__module__.startswith(("wagtail.images.", "wagtail.documents."))]
    assert ours
    assert [one.name for one in ours if not isinstance(one, FilteredChooserViewSet)] == []
