"""Filters of the list of entries, and the suggestion form of residents."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilters
from common.forms import SpamGuardMixin
from common.plain_text import PlainTextField
from common.sources import is_web_address
from veille.models.stances import Stance


class VeilleFilterForm(ListFilters):
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    lieu = forms.ChoiceField(label=_("Place"), required=False)
    annee = forms.ChoiceField(label=_("Year"), required=False)
    position = forms.ChoiceField(label=_("Stance of the committee"), required=False)

    # Number of entries that match the filters.
    count = 0
    LOOKUPS = {"theme": "theme__slug", "lieu": "place", "annee": "year", "position": "stance"}

    @classmethod
    def for_kinds(cls, kinds: Iterable[dict[str, Any]], data: QueryDict) -> "VeilleFilterForm":
        """Returns the form bound to `data`, with the themes, places, years and stances of `kinds` as choices.

        `kinds` are the rows of `VeilleEntryQuerySet.kinds`; `count` is the sum of their numbers that match the
        filters.
        """
        rows = list(kinds)
        themes = sorted({(row["theme__slug"], row["theme__name"]) for row in rows}, key=lambda pair: slugify(pair[1]))
        places = sorted({row["place"] for row in rows}, key=slugify)
        years = sorted({str(row["year"]) for row in rows}, reverse=True)
        stances = {row["stance"] for row in rows}
        choices = {
            "theme": [("", _("All themes")), *themes],
            "lieu": [("", _("All places")), *((place, place) for place in places)],
            "annee": [("", _("All years")), *((year, year) for year in years)],
            "position": [("", _("All stances")), *(choice for choice in Stance.choices if choice[0] in stances)],
        }
        form = cls(data, choices)
        chosen = {cls.LOOKUPS[name]: value for name, value in form.chosen.items()}
        form.count = sum(
            row["number"] for row in rows if all(str(row[field]) == value for field, value in chosen.items())
        )
        return form

    def lookup(self, name: str, value: str) -> Q:
        return Q(**{self.LOOKUPS[name]: value})


class SuggestionForm(SpamGuardMixin, forms.Form):
    """Suggestion of an example by a resident."""

    url = forms.URLField(
        label=_("Address of the page"),
        help_text=_("Copy it from your browser. Example: https://www.gent.be/donnees-ouvertes"),
        max_length=500,
        assume_scheme="https",
        validators=[is_web_address],
        error_messages={
            "required": _("Write the address of the page."),
            "invalid": _("Write the whole address, for example https://www.gent.be/donnees-ouvertes."),
        },
    )
    title = PlainTextField(
        label=_("What is it, in a few words?"),
        help_text=_("Example: Ghent opens its data to everyone."),
        limit=150,
        error_messages={"required": _("Say in a few words what it is.")},
    )
    place = PlainTextField(
        label=_("Where does it take place? (optional)"),
        help_text=_("Example: Ghent (Belgium)"),
        limit=80,
        required=False,
    )
    note = PlainTextField(
        label=_("What inspires you"),
        help_text=_("500 characters at most. What changed for people there? What could be done here?"),
        limit=500,
        rows=5,
        error_messages={"required": _("Say why it inspires you.")},
    )
    thanks_by_name = forms.BooleanField(
        label=_("You may thank me by my public name if you publish this example."), required=False
    )
