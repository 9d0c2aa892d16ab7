"""Measured figures, as a reader meets them. No query.

A figure that matters most stands at the head. Those that are zero are a sentence, those for which there was nothing to
count another; the list at the foot of the report has all of them, each with how it is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# How the key of a figure begins that tells of an indicator of the committee; its slug follows.
INDICATOR = "indicator."
# Those at the head are the first four of these that are not zero.
HEADLINES = ("sessions", "decisions", "deliverables", "taken_up", "seats", "proposals", "comments", "supports")
AT_THE_HEAD = 4
# Who is counted among things that are at zero too needs no word.
PEOPLE_OF_THINGS = {"members", "authors", "commenters", "poll_answers", "people_asked", "people_met"}


@dataclass(frozen=True)
class Figure:
    """A figure as it was measured. `value` is a number, a text that is shown as it is, or None: nothing to count."""

    key: str
    label: str
    value: int | str | None
    definition: str

    @property
    def slug(self) -> str:
        """That of the indicator of the committee which it tells of; "" for a figure of the site."""
        return self.key.removeprefix(INDICATOR) if self.key.startswith(INDICATOR) else ""

    @property
    def is_zero(self) -> bool:
        """Whether nothing was found: a number of things, or a part of some things, but never a delay."""
        return self.value == 0 or (not self.slug and self.value == _("%(number)d %%") % {"number": 0})

    @property
    def is_told(self) -> bool:
        """Whether it is shown as a number."""
        return self.value is not None and not self.is_zero


def figures_of(frozen: Iterable[dict[str, Any]]) -> list[Figure]:
    """Returns the figures that a report stores, in order."""
    return [Figure(one.get("key", ""), one["label"], one["value"], one["definition"]) for one in frozen]


def headlines(figures: Iterable[Figure]) -> list[Figure]:
    """Returns the figures at the head of the report, at most four."""
    told = {one.key: one for one in figures if one.is_told}
    return [told[key] for key in HEADLINES if key in told][:AT_THE_HEAD]


def zeros_of(figures: Iterable[Figure]) -> list[str]:
    """Returns the names of all that is at zero."""
    labels = [one.label for one in figures if one.is_zero and one.key not in PEOPLE_OF_THINGS]
    return [label[:1].lower() + label[1:] for label in labels]


def missing_sentence(figures: Iterable[Figure]) -> str:
    """Says which figures do not exist for the year, because there was nothing to count; "" where all exist."""
    names = [one.label for one in figures if one.value is None]
    words = ngettext(
        "A figure does not exist for that year, since there was nothing to count: %(names)s.",
        "Some figures do not exist for that year, since there was nothing to count: %(names)s.",
        len(names),
    )
    return words % {"names": _quoted(names)} if names else ""


def _quoted(names: list[str]) -> str:
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)
