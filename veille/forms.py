"""Filters of the list of entries."""

from typing import TYPE_CHECKING

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilters

if TYPE_CHECKING:
    from veille.models import VeilleEntryQuerySet


class VeilleFilterForm(ListFilters):
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    lieu = forms.ChoiceField(label=_("Place"), required=False)
    annee = forms.ChoiceField(label=_("Year"), required=False)

    LOOKUPS = {"theme": "theme__slug", "lieu": "place", "annee": "year"}

    @classmethod
    def for_entries(cls, entries: "VeilleEntryQuerySet", data: QueryDict) -> "VeilleFilterForm":
        """Returns the form filled from `data`, whose choices are the themes, places and years of `entries`."""
        fields = ("theme__slug", "theme__name", "place", "year")
        found = list(entries.order_by().values_list(*fields).distinct())
        themes = sorted({(slug, name) for slug, name, _place, _year in found}, key=lambda pair: slugify(pair[1]))
        places = sorted({place for _slug, _name, place, _year in found}, key=slugify)
        years = sorted({str(year) for _slug, _name, _place, year in found}, reverse=True)
        choices = {
            "theme": [("", _("All themes")), *themes],
            "lieu": [("", _("All places")), *((place, place) for place in places)],
            "annee": [("", _("All years")), *((year, year) for year in years)],
        }
        return cls(data, choices)

    def lookup(self, name: str, value: str) -> Q:
        return Q(**{self.LOOKUPS[name]: value})
