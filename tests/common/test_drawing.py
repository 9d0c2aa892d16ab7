"""What is drawn without Django's own templates, or kept, says the same."""

import pytest
from django import forms
from django.forms.boundfield import BoundWidget
from django.forms.renderers import TemplatesSetting

from common.forms import INPUTS, ComponentRenderer
from common.templatetags.navigation import current_if_under, place_in_menu

WIDGETS = {
    "checkbox": forms.CheckboxInput,
    "email": forms.EmailInput,
    "hidden": forms.HiddenInput,
    "radio_option": forms.RadioSelect,
    "text": forms.TextInput,
}
ATTRIBUTES = {"id": "id_<&>", "required": True, "disabled": False, "data-max": 12, "title": '"Oui" & « non »'}


@pytest.mark.parametrize("kind", sorted(WIDGETS))
@pytest.mark.parametrize("value", [None, "", "<b>l’été</b> & \"x\" 'y'", 1200, True, False])
def test_an_input_is_that_of_django(kind, value):
    def drawn(renderer):
        if kind == "radio_option":
            widget = forms.RadioSelect(attrs=ATTRIBUTES, choices=[(value, "Un"), ("2", "Deux")])
            return [BoundWidget(widget, data, renderer).tag() for data in widget.subwidgets("champ", value)]
        return WIDGETS[kind](attrs=ATTRIBUTES).render("champ", value, renderer=renderer)

    assert drawn(ComponentRenderer()) == drawn(TemplatesSetting())


def test_each_of_them_is_compared():
    assert {f"django/forms/widgets/{kind}.html" for kind in WIDGETS} == INPUTS


@pytest.mark.parametrize(
    ("path", "place", "marked"),
    [
        ("/", "/", {"/": "page"}),
        ("/veille/", "/veille/", {"/veille/": "page"}),
        ("/veille/2026/un/", "/veille/…", {"/veille/": "true"}),
        ("/veille", "/veille", {}),
        ("", "", {}),
    ],
)
def test_the_menu_says_where_one_is(path, place, marked):
    assert place_in_menu(path) == place
    for url in ("/", "/veille/", "/sondages/"):
        expected = f' aria-current="{marked[url]}"' if url in marked else ""
        assert current_if_under(place, url) == expected
