"""Filters of the list of entries, and the suggestion form of residents."""

from collections.abc import Iterable

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
    def for_kinds(cls, kinds: Iterable[tuple], data: QueryDict) -> "VeilleFilterForm":
        """Returns the form bound to `data`, with the themes, places, years and stances of `kinds` as choices.

        `kinds` are the rows of `VeilleEntryQuerySet.kinds`; `count` is the sum of their numbers that match the
        filters.
        """
        counts = {tuple(row): number for *row, number in kinds}
        themes = sorted({(row[0], row[4]) for row in counts}, key=lambda pair: slugify(pair[1]))
        places = sorted({row[1] for row in counts}, key=slugify)
        years = sorted({str(year) for year in {row[2] for row in counts}}, reverse=True)
        stances = {row[3] for row in counts}
        choices = {
            "theme": [("", _("All themes")), *themes],
            "lieu": [("", _("All places")), *((place, place) for place in places)],
            "annee": [("", _("All years")), *((year, year) for year in years)],
            "position": [("", _("All stances")), *(choice for choice in Stance.choices if choice[0] in stances)],
        }
        form = cls(data, choices)
        chosen = [form.chosen.get(name) for name in cls.LOOKUPS]
        form.count = sum(
            number
            for row, number in counts.items()
            if all(value in (None, str(one)) for value, one in zip(chosen, row, strict=False))
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
