"""Reading of what a reader names by a number or by a day: « n° 5 », « 14 octobre 2019 »."""

import re
from dataclasses import dataclass

from common.search import clean_query, fold

MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905
)
SHORTEST_MONTH = 3
# Words that may stand around a day and change nothing.
AROUND_A_DAY = frozenset(
    "seance reunion du de d le la lundi mardi mercredi jeudi vendredi samedi dimanche".split()  # noqa: SIM905
)
NUMBER = re.compile(r"(?:(proposition|decision|constat)\s*)?(?:(?:n[°º]|no\.?|n\.?|numero|#)\s*)?(\d{1,9})")


@dataclass(frozen=True)
class NamedNumber:
    """A number as it was typed, and of what it is: "proposition", "decision", "constat" or nothing said."""

    figures: str
    of: str = ""

    @property
    def value(self) -> int:
        return int(self.figures)


def named_number(text: str) -> NamedNumber | None:
    """Returns the number that `text` is, « 5 », « n° 5 », « #5 » or « proposition 5 »; None for other texts."""
    found = NUMBER.fullmatch(fold(clean_query(text)))
    return NamedNumber(figures=found[2], of=found[1] or "") if found else None


def named_day(text: str) -> dict[str, int]:
    """Returns the day, the month and the year that `text` is, as far as it says them: {"day": 14, "month": 10}.

    A month is written in words, or in figures between a day and a year. Nothing but a date gives nothing.
    """
    parts = [part for part in re.findall(r"[^\W_]+", fold(clean_query(text))) if part not in AROUND_A_DAY]
    match [re.sub(r"^1er$", "1", part) for part in parts]:
        case [day, month, year] if re.fullmatch(r"\d{1,2} [1-9]\d{3}", f"{day} {year}"):
            said = {"day": day, "month": _month(month), "year": year}
        case [year, month, day] if re.fullmatch(r"[1-9]\d{3} \d\d \d\d", f"{year} {month} {day}"):
            said = {"day": day, "month": month, "year": year}
        case [month, year] if re.fullmatch(r"[1-9]\d{3}", year) and not month.isdigit():
            said = {"month": _month(month), "year": year}
        case [day, month] if re.fullmatch(r"\d{1,2}", day) and not month.isdigit():
            said = {"day": day, "month": _month(month)}
        case _:
            return {}
    return {part: int(figures) for part, figures in said.items()} if all(said.values()) else {}


def _month(written: str) -> str:
    """Returns the number of a month in figures or in words, which may be cut: « oct ». Empty if it is none."""
    if re.fullmatch(r"\d{1,2}", written):
        return written
    found = [number for number, month in enumerate(MONTHS, 1) if month.startswith(written)]
    return str(found[0]) if len(written) >= SHORTEST_MONTH and len(found) == 1 else ""
