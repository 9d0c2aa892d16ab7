"""Figures of a chart: how they are written, and how long they are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise

HIDDEN = _("hidden")


@dataclass(frozen=True)
class Hidden:
    """A figure that exists and is not shown, so that nobody can be found; `words` stand in its place."""

    words: Text = HIDDEN


# A whole number, a number with one or two decimals (`float`), something hidden, or None where no figure exists. They
# are zero or more; neither of the last two is ever drawn, or written, as a zero.
Value: TypeAlias = int | float | Hidden | None


class Tone(StrEnum):
    """How a part is drawn: a colour and a pattern, so that paper and the colours of a system tell them apart too."""

    # Whom a figure is about: the committee, those who take part, the population.
    BRICK = "brick"
    WATER = "water"
    OUTLINE = "outline"
    # How something stands; as the badges of states.
    YES = "yes"
    PARTLY = "partly"
    ONGOING = "ongoing"
    WAITING = "waiting"
    NO = "no"
    # What is hidden: a page does not choose it.
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Series:
    """What figures are about, such as « Comité », or a state such as « Livré »: its name, and how it is drawn."""

    label: Text
    tone: Tone


@dataclass(frozen=True)
class Mark:
    """A bar as it is drawn: `length` is "" where nothing is; `start` is before it and `rest` after it, up to 100 %."""

    label: Text
    tone: Tone
    words: str
    length: str = ""
    start: str = "0%"
    rest: str = "100%"


# Hidden figures all have the same length, of 100: it says nothing about them.
LENGTH_OF_HIDDEN = 12


def mark(value: Value, series: Series, *, whole: float, unit: Text = "", before: float = 0) -> Mark:
    """Returns the bar of `value` where 100 % stands for `whole`, after what is drawn `before` it."""
    words = in_words(value, unit)
    if isinstance(value, Hidden):
        rest = percent(100 - LENGTH_OF_HIDDEN, 100)
        return Mark(series.label, Tone.HIDDEN, words, percent(LENGTH_OF_HIDDEN, 100), rest=rest)
    if not value:
        return Mark(series.label, series.tone, words)
    lengths = [percent(part, whole) for part in (value, before, whole - before - value)]
    return Mark(series.label, series.tone, words, *lengths)


def plain_number(value: Decimal) -> int | float:
    """Returns `value` as charts take it: a whole number, or one with decimals."""
    return int(value) if value == value.to_integral_value() else float(value)


def in_words(value: Value, unit: Text = "") -> str:
    """Returns `value` as it is written beside its drawing and in the table: « 42 % », « 33,25 % », « masqué »."""
    if value is None:
        return gettext("not known")
    if isinstance(value, Hidden):
        return str(value.words)
    number = number_format(value, decimal_pos=_decimals(value), force_grouping=True)
    return f"{number} {unit}" if unit else number


def _decimals(value: int | float) -> int:
    """Returns how many decimals `value` is written with: none, one, or two where the second one says something."""
    if isinstance(value, int):
        return 0
    return 1 if round(value, 1) == round(value, 2) else 2


def largest(values: Iterable[Value]) -> float:
    """Returns the largest number of `values`; 0 where there is none."""
    return max((value for value in values if isinstance(value, int | float)), default=0)


def percent(part: float, whole: float) -> str:
    """Returns `part` of `whole` as SVG writes a length, whatever the language: "33.33%"."""
    return f"{round(100 * part / whole, 2):g}%" if whole else "0%"
