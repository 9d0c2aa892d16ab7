"""Filters of a list as one GET form, so that a filtered list has a URL."""

from collections.abc import Iterator, Mapping, Sequence
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
    """Active filter: its label ("Thème : transparence") and the query string without it."""

    label: str
    value: str
    remove_query: str


class ListFilters(forms.Form):
    """Form that offers only choices with results; other values are ignored.

    Subclasses define the fields, and in `lookup` the condition for a value of each. A field without choices is a text
    search; `order_field` names the field with the order of the list, which is not listed among the active filters.
    """

    order_field = ""

    def __init__(self, data: QueryDict, choices: Mapping[str, Choices]) -> None:
        self.chosen: dict[str, str] = {}
        for name in self.base_fields:  # type: ignore[attr-defined]
            asked = data.get(name, "")
            kept = (asked in dict(_flat(choices[name])) and asked) if name in choices else clean_query(asked)
            if kept:
                self.chosen[name] = kept
        super().__init__(self.chosen)
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self._lookups = {name: self.lookup(name, value) for name, value in self.chosen.items()}

    @property
    def shown(self) -> str:
        """Text that identifies the rendered form: chosen values and choices. The rest is constant."""
        return f"{self.chosen} {[getattr(field, 'choices', None) for field in self.fields.values()]}"

    def lookup(self, name: str, value: str) -> Q:
        """Returns the condition of the filter `name` for `value`. Called once for each active filter."""
        raise NotImplementedError

    def filtered(self, rows: Rows) -> Rows:
        """Returns the `rows` that match all active filters."""
        return rows.filter(*self._lookups.values())

    def too_narrow(self, rows: QuerySet) -> ActiveFilter | None:
        """Returns the last active filter without which `rows` would have results."""
        for name, active in reversed(self._active_by_name().items()):
            others = [lookup for other, lookup in self._lookups.items() if other != name]
            if rows.filter(*others).exists():
                return active
        return None

    def active_filters(self) -> list[ActiveFilter]:
        """Returns the active filters, each with the query string without it (and without page number)."""
        return [*self._active_by_name().values()]

    def _active_by_name(self) -> dict[str, ActiveFilter]:
        active = {}
        for name, value in self.chosen.items():
            if name == self.order_field:
                continue
            rest = QueryDict(mutable=True)
            rest.update({other: kept for other, kept in self.chosen.items() if other != name})
            field = self.fields[name]
            words = dict(_flat(getattr(field, "choices", ()))).get(value, value)
            active[name] = ActiveFilter(label=str(field.label), value=str(words), remove_query=rest.urlencode())
        return active


def _flat(choices: Choices) -> Iterator[tuple[str, Any]]:
    """Yields the value and the label of each choice, also of those in groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
