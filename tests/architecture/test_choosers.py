"""No form of the admin has a list that grows with the site: what grows is searched for in a chooser."""

from collections.abc import Iterator

import pytest
from django import forms
from django.urls import get_resolver
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

# So few that a list shows them all: the services of the city that answer.
BOUNDED = {"participation.CityService"}
# Their form is never shown: residents and moderators write them elsewhere.
NEVER_EDITED = {"participation.Comment", "participation.Appeal"}


@pytest.fixture(autouse=True)
def choosers():
    """Wagtail knows a chooser once the addresses of the admin are read."""
    assert get_resolver().url_patterns


def lists_in(form, place: str) -> Iterator[str]:
    """Yields the fields of `form`, and of the rows in it, whose widget lists all objects."""
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
