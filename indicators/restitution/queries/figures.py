"""Presentation of the stored figures. No query.

Up to four headline figures come first. Figures at zero are named in one sentence, those with nothing to count in
another; the list at the end of the report contains all of them, with their definitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Prefix of the key of a figure about an indicator of the committee, before its slug.
INDICATOR = "indicator."
# Prefix of the key of a figure about what is late, missing or not noted.
SHORTFALL = "shortfall."
# Prefix of the key of a figure that a chart shows: the number of proposals or deliverables in a state.
STANDING = "standing."
# Candidates for the headline: the first four that are not zero.
HEADLINES = ("sessions", "decisions", "deliverables", "taken_up", "seats", "proposals", "comments", "supports")
AT_THE_HEAD = 4
# Numbers of people, left out of the sentence of zeros: the things that they are counted for are at zero too.
PEOPLE_OF_THINGS = {"members", "authors", "commenters", "poll_answers", "people_asked", "people_met"}


@dataclass(frozen=True)
class Figure:
    """Stored figure. `value` is a number, a text shown as it is, or None if there was nothing to count."""

    key: str
    label: str
    value: int | str | None
    definition: str
    note: str = ""

    @property
    def slug(self) -> str:
        """Slug of its indicator of the committee, or "" for a figure of the site."""
        return self.key.removeprefix(INDICATOR) if self.key.startswith(INDICATOR) else ""

    @property
    def is_zero(self) -> bool:
        """True for a count or percentage of zero, but never for a delay."""
        return self.value == 0 or (not self.slug and self.value == _("%(number)d %%") % {"number": 0})

    @property
    def is_told(self) -> bool:
        """True if it is shown as a number."""
        return self.value is not None and not self.is_zero


def figures_of(frozen: Iterable[dict[str, Any]]) -> list[Figure]:
    """Returns the stored figures of a report, in order."""
    return [
        Figure(
            stored.get("key", ""), stored["label"], stored["value"], stored["definition"], note=stored.get("note", "")
        )
        for stored in frozen
    ]


def headlines(figures: Iterable[Figure]) -> list[Figure]:
    """Returns the headline figures of the report, at most four."""
    by_key = {figure.key: figure for figure in figures if figure.is_told}
    return [by_key[key] for key in HEADLINES if key in by_key][:AT_THE_HEAD]


def zeros_of(figures: Iterable[Figure]) -> list[str]:
    """Returns the names of the figures at zero, without those of which zero is good, and the parts of charts."""
    zeros = [figure for figure in figures if figure.is_zero and not figure.key.startswith((SHORTFALL, STANDING))]
    labels = [figure.label for figure in zeros if figure.key not in PEOPLE_OF_THINGS]
    return [label[:1].lower() + label[1:] for label in labels]


def missing_sentence(figures: Iterable[Figure]) -> str:
    """Returns the sentence that names the figures with nothing to count, or ""."""
    names = [figure.label for figure in figures if figure.value is None]
    template = ngettext(
        "A figure does not exist for that year, since there was nothing to count: %(names)s.",
        "Some figures do not exist for that year, since there was nothing to count: %(names)s.",
        len(names),
    )
    return template % {"names": _quoted(names)} if names else ""


def _quoted(names: list[str]) -> str:
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)
