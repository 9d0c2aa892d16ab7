"""Figures of a chart: text and length."""

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
    """Existing figure withheld to protect people's privacy; `words` are displayed instead."""

    words: Text = HIDDEN


# Non-negative: an integer, a number with one or two decimals (`float`), a hidden figure, or None without a figure. The
# last two are never drawn or written as a zero.
Value: TypeAlias = int | float | Hidden | None


class Tone(StrEnum):
    """Colour and pattern, to be distinguishable on paper and in forced colours too."""

    # Subject of a figure: the committee, participants, the population.
    BRICK = "brick"
    WATER = "water"
    OUTLINE = "outline"
    # States, as in badges.
    YES = "yes"
    PARTLY = "partly"
    ONGOING = "ongoing"
    WAITING = "waiting"
    NO = "no"
    # Set automatically for hidden figures.
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Series:
    """Series of figures, such as « Comité », or a state such as « Livré »: label and tone."""

    label: Text
    tone: Tone


@dataclass(frozen=True)
class Mark:
    """Bar as drawn: `length` ("" if nothing is drawn), with `start` before and `rest` after it, adding up to 100 %."""

    label: Text
    tone: Tone
    words: str
    length: str = ""
    start: str = "0%"
    rest: str = "100%"


# Length of all hidden figures, in percent, independent of their value.
LENGTH_OF_HIDDEN = 12


def mark(value: Value, series: Series, *, whole: float, unit: Text = "", before: float = 0) -> Mark:
    """Returns the bar of `value`, where 100 % is `whole`, starting at `before`."""
    words = in_words(value, unit)
    if isinstance(value, Hidden):
        rest = percent(100 - LENGTH_OF_HIDDEN, 100)
        return Mark(series.label, Tone.HIDDEN, words, percent(LENGTH_OF_HIDDEN, 100), rest=rest)
    if not value:
        return Mark(series.label, series.tone, words)
    lengths = [percent(part, whole) for part in (value, before, whole - before - value)]
    return Mark(series.label, series.tone, words, *lengths)


def plain_number(value: Decimal) -> int | float:
    """Returns `value` as an int if it is whole, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)


def in_words(value: Value, unit: Text = "") -> str:
    """Returns `value` as text, with its unit: « 42 % », « 33,25 % », « masqué »."""
    if value is None:
        return gettext("not known")
    if isinstance(value, Hidden):
        return str(value.words)
    number = number_format(value, decimal_pos=_decimals(value), force_grouping=True)
    return f"{number} {unit}" if unit else number


def _decimals(value: int | float) -> int:
    """Returns the number of decimals of `value`: none, one, or two if the second one is not zero."""
    if isinstance(value, int):
        return 0
    return 1 if round(value, 1) == round(value, 2) else 2


def largest(values: Iterable[Value]) -> float:
    """Returns the largest number of `values`; 0 if there is none."""
    return max((value for value in values if isinstance(value, int | float)), default=0)


def percent(part: float, whole: float) -> str:
    """Returns `part` of `whole` as a length for SVG, independent of the locale: "33.33%"."""
    return f"{round(100 * part / whole, 2):g}%" if whole else "0%"
