"""Parsing of queries that are a number or a date: « n° 5 », « 14 octobre 2019 »."""

import re
from dataclasses import dataclass

from common.search import clean_query, fold

MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905
)
SHORTEST_MONTH = 3
# Words that may accompany a date without changing its meaning.
AROUND_A_DAY = frozenset(
    "seance reunion du de d le la lundi mardi mercredi jeudi vendredi samedi dimanche".split()  # noqa: SIM905
)
NUMBER = re.compile(r"(?:(proposition|decision|constat)\s*)?(?:(?:n[°º]|no\.?|n\.?|numero|#)\s*)?(\d{1,9})")


@dataclass(frozen=True)
class NamedNumber:
    """Number in a query, with its kind: "proposition", "decision", "constat" or ""."""

    figures: str
    of: str = ""

    @property
    def value(self) -> int:
        return int(self.figures)


def named_number(text: str) -> NamedNumber | None:
    """Returns the number if `text` is one: « 5 », « n° 5 », « #5 » or « proposition 5 »; else None."""
    match = NUMBER.fullmatch(fold(clean_query(text)))
    return NamedNumber(figures=match[2], of=match[1] or "") if match else None


def named_day(text: str) -> dict[str, int]:
    """Returns the given parts of a date if `text` is one: {"day": 14, "month": 10}; else {}.

    Months are words, or numbers between a day and a year.
    """
    parts = [part for part in re.findall(r"[^\W_]+", fold(clean_query(text))) if part not in AROUND_A_DAY]
    match [re.sub(r"^1er$", "1", part) for part in parts]:
        case [day, month, year] if re.fullmatch(r"\d{1,2} [1-9]\d{3}", f"{day} {year}"):
            values = {"day": day, "month": _month(month), "year": year}
        case [year, month, day] if re.fullmatch(r"[1-9]\d{3} \d\d \d\d", f"{year} {month} {day}"):
            values = {"day": day, "month": month, "year": year}
        case [month, year] if re.fullmatch(r"[1-9]\d{3}", year) and not month.isdigit():
            values = {"month": _month(month), "year": year}
        case [day, month] if re.fullmatch(r"\d{1,2}", day) and not month.isdigit():
            values = {"day": day, "month": _month(month)}
        case _:
            return {}
    return {part: int(figures) for part, figures in values.items()} if all(values.values()) else {}


def _month(written: str) -> str:
    """Returns the number of a month given in digits or in words, possibly abbreviated (« oct »); else ""."""
    if re.fullmatch(r"\d{1,2}", written):
        return written
    matches = [number for number, month in enumerate(MONTHS, 1) if month.startswith(written)]
    return str(matches[0]) if len(written) >= SHORTEST_MONTH and len(matches) == 1 else ""
