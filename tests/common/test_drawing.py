"""What is drawn without Django's own templates, or kept, says the same."""

import pytest
from django import forms
from django.forms.boundfield import BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

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


CHOICES = [
    ("", "---------"),
    ("<b>", 'L’été & « "autre" »'),
    ("Groupe <i>", [(1200, 1200), (2, SafeString("<b>Deux</b>"))]),
    (True, gettext_lazy("Author")),
    (None, "Rien"),
]


@pytest.mark.parametrize("attributes", [ATTRIBUTES | {"class": "a&b"}, {}], ids=["attributes", "none"])
@pytest.mark.parametrize("value", ["", "<b>", 1200, [2, True], None])
@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_choices_are_those_of_django(kind, value, attributes):
    def drawn(renderer):
        return kind(attrs=attributes, choices=CHOICES).render("champ", value, renderer=renderer)

    assert drawn(ComponentRenderer()) == drawn(TemplatesSetting())


def test_a_choice_with_a_template_of_its_own_keeps_it():
    class Other(forms.RadioSelect):
        option_template_name = "django/forms/widgets/text.html"

    def drawn(renderer):
        return Other(choices=CHOICES).render("champ", "", renderer=renderer)

    assert drawn(ComponentRenderer()) == drawn(TemplatesSetting())


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
