"""Filters of a list: one GET form, so that a filtered list has a URL to share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from common.search import clean_query

Choices = Sequence[tuple[str, Any]]
Rows = TypeVar("Rows", bound=QuerySet)


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in use: its words ("Thème : transparence") and the query of the list without it."""

    label: str
    value: str
    remove_query: str


class ListFilters(forms.Form):
    """Offers only what would find something; a value that is not offered is left aside.

    A form names its fields, and in `lookup` what a value of each lets through. A field without choices takes words.
    """

    def __init__(self, data: QueryDict, choices: Mapping[str, Choices]) -> None:
        self.chosen: dict[str, str] = {}
        for name in self.base_fields:  # type: ignore[attr-defined]
            asked = data.get(name, "")
            kept = (asked in dict(choices[name]) and asked) if name in choices else clean_query(asked)
            if kept:
                self.chosen[name] = kept
        super().__init__(self.chosen)
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self._lookups = {name: self.lookup(name, value) for name, value in self.chosen.items()}

    @property
    def shown(self) -> str:
        """All that the drawn fields say: what is chosen and what there is to choose. The rest is always the same."""
        return f"{self.chosen} {[getattr(field, 'choices', None) for field in self.fields.values()]}"

    def lookup(self, name: str, value: str) -> Q:
        """Returns what the filter `name` lets through when it is `value`. Asked once for each filter in use."""
        raise NotImplementedError

    def filtered(self, rows: Rows) -> Rows:
        """Returns those of `rows` that the filters in use let through."""
        return rows.filter(*self._lookups.values())

    def too_narrow(self, rows: QuerySet) -> ActiveFilter | None:
        """Returns the filter without which something of `rows` would be found, the last of the form first."""
        for name, active in reversed(list(zip(self.chosen, self.active_filters(), strict=True))):
            others = [lookup for other, lookup in self._lookups.items() if other != name]
            if rows.filter(*others).exists():
                return active
        return None

    def active_filters(self) -> list[ActiveFilter]:
        """Returns the filters in use, each with the query of the list without it (pages start again at the first)."""
        active = []
        for name, value in self.chosen.items():
            rest = QueryDict(mutable=True)
            rest.update({other: kept for other, kept in self.chosen.items() if other != name})
            field = self.fields[name]
            words = dict(getattr(field, "choices", ())).get(value, value)
            active.append(ActiveFilter(label=str(field.label), value=str(words), remove_query=rest.urlencode()))
        return active
