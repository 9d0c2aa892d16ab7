"""Filters of the list of entries: one GET form, so that a filtered list has a URL to share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from veille.models import VeilleEntryQuerySet


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in use: its words ("Thème : transparence") and the query of the list without it."""

    label: str
    value: str
    remove_query: str


class VeilleFilterForm(forms.Form):
    """Offers only what would find something; a value that is not offered is left aside."""

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
        offered = {name: dict(options) for name, options in choices.items()}
        form = cls({name: data[name] for name in choices if data.get(name) in offered[name]})
        for name, options in choices.items():
            form.fields[name].choices = options  # type: ignore[attr-defined]
        return form

    def chosen(self) -> dict[str, str]:
        """Returns the filters in use, by name."""
        return {name: self.data[name] for name in self.fields if self.data.get(name)}

    def filtered(self, entries: "VeilleEntryQuerySet") -> "VeilleEntryQuerySet":
        """Returns those of `entries` that the filters in use let through."""
        lookups: dict[str, Any] = {self.LOOKUPS[name]: value for name, value in self.chosen().items()}
        return entries.filter(**lookups)

    def too_narrow(self, entries: "VeilleEntryQuerySet") -> ActiveFilter | None:
        """Returns the filter without which something of `entries` would be found, the last of the form first."""
        lookups = {name: {self.LOOKUPS[name]: value} for name, value in self.chosen().items()}
        for name, active in reversed(list(zip(lookups, self.active_filters(), strict=True))):
            others = [Q(**lookup) for other, lookup in lookups.items() if other != name]
            if entries.filter(*others).exists():
                return active
        return None

    def active_filters(self) -> list[ActiveFilter]:
        """Returns the filters in use, each with the query of the list without it (pages start again at the first)."""
        chosen = self.chosen()
        active = []
        for name, value in chosen.items():
            rest = QueryDict(mutable=True)
            rest.update({other: kept for other, kept in chosen.items() if other != name})
            field = self.fields[name]
            words = dict(field.choices)[value]  # type: ignore[attr-defined]
            active.append(ActiveFilter(label=str(field.label), value=str(words), remove_query=rest.urlencode()))
        return active
