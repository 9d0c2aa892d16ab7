"""What was measured, as a reader meets it: each figure where its part of the report tells it. No query.

A figure that matters most stands at the head. Those that are zero are a list, those for which there was nothing to
count a sentence; the table of a part, folded beside it, has all of its figures as they were measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Part(StrEnum):
    """A part of the report."""

    YEAR = "year"
    ASKED = "asked"
    DECIDED = "decided"
    DELIVERED = "delivered"
    PEOPLE = "people"
    INDICATORS = "indicators"
    OTHER = "other"


# The part that tells each figure, by its key. All others are `OTHER`.
PARTS = {
    **dict.fromkeys(("sessions", "minutes", "hearings"), Part.YEAR),
    **dict.fromkeys(("proposals", "authors", "inspired", "answers"), Part.ASKED),
    **dict.fromkeys(("answer_delay", "answers_in_time", "taken_up"), Part.ASKED),
    **dict.fromkeys(("priorities", "decisions", "actions", "stances"), Part.DECIDED),
    **dict.fromkeys(("deliverables", "deliverables_in_time"), Part.DELIVERED),
    **dict.fromkeys(("seats", "members"), Part.PEOPLE),
}
# How the key of a figure begins that tells of an indicator of the committee; its slug follows.
INDICATOR = "indicator."
# Those at the head are the first four of these that are not zero.
HEADLINES = ("sessions", "decisions", "deliverables", "taken_up", "seats", "proposals", "comments", "supports")
AT_THE_HEAD = 4
# What a heading of its part counts is not shown again beside it.
IN_HEADINGS = {"priorities"}
# How a zero is said after « il n’y a eu ». Who is counted among what is not there needs no word.
NONE = {
    "sessions": gettext_lazy("no session"),
    "minutes": gettext_lazy("no published minutes"),
    "hearings": gettext_lazy("no expert heard"),
    "seats": gettext_lazy("no seat represented"),
    "members": "",
    "decisions": gettext_lazy("no decision"),
    "actions": gettext_lazy("no action that is done"),
    "priorities": gettext_lazy("no priority"),
    "deliverables": gettext_lazy("no deliverable"),
    "deliverables_in_time": gettext_lazy("no deliverable in time"),
    "proposals": gettext_lazy("no proposal"),
    "authors": "",
    "inspired": gettext_lazy("no proposal inspired by an example"),
    "answers": gettext_lazy("no official answer"),
    "answers_in_time": gettext_lazy("no answer by the announced day"),
    "taken_up": gettext_lazy("no proposal taken up"),
    "comments": gettext_lazy("no comment"),
    "commenters": "",
    "supports": gettext_lazy("no support"),
    "polls": gettext_lazy("no poll"),
    "poll_answers": "",
    "surveys": gettext_lazy("no field survey"),
    "people_asked": "",
    "people_met": "",
    "news": gettext_lazy("no news item"),
    "watch": gettext_lazy("no entry of the watch"),
    "findings": gettext_lazy("no finding of the comparison"),
    "stances": gettext_lazy("no stance on an example"),
    "trials": gettext_lazy("no trial of a service"),
    "findings_confirmed": gettext_lazy("no finding confirmed"),
    "findings_verified": gettext_lazy("no repair verified"),
    "workshops": gettext_lazy("no workshop"),
    "places_checked": gettext_lazy("no place of help that was checked"),
}


@dataclass(frozen=True)
class Figure:
    """A figure as it was measured. `value` is a number, a text that is shown as it is, or None: nothing to count."""

    key: str
    label: str
    value: int | str | None
    definition: str

    @property
    def part(self) -> Part:
        return Part.INDICATORS if self.slug else PARTS.get(self.key, Part.OTHER)

    @property
    def slug(self) -> str:
        """That of the indicator of the committee which it tells of; "" for a figure of the site."""
        return self.key.removeprefix(INDICATOR) if self.key.startswith(INDICATOR) else ""

    @property
    def is_zero(self) -> bool:
        """Whether nothing was found: a number of things, or a part of some things, but never a delay."""
        return self.value == 0 or (self.key in NONE and self.value == _("%(number)d %%") % {"number": 0})

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


def nothings(figures: Iterable[Figure]) -> list[str]:
    """Returns what there was none of, each in its words: « aucun commentaire »."""
    return [str(NONE[one.key]) for one in figures if one.is_zero and NONE.get(one.key)]


def zeros_sentence(figures: Iterable[Figure]) -> str:
    """Names the zeros that have no words of their own; "" where there is none."""
    names = [one.label for one in figures if one.is_zero and one.key not in NONE]
    return _("At zero: %(names)s.") % {"names": _quoted(names)} if names else ""


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
