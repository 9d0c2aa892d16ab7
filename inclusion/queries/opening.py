"""Opening hours in words: « Ouvert, ferme à 17 h », « Fermé, ouvre mardi à 9 h », and the week line by line."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from common.templatetags.dates import NBSP, hour, in_paris, short_day
from inclusion.models import Place
from inclusion.models.hours import Opening, opening_at, week_of


@dataclass(frozen=True)
class OpeningWords:
    """What a page says of the hours of a place at a moment.

    `is_open` is None where nobody can say: no hours are known, or they are not readable (`as_written` has them then).
    """

    is_open: bool | None
    words: str
    note: str = ""
    as_written: str = ""


def opening_words(place: Place, now: datetime) -> OpeningWords:
    """Returns whether `place` is open at `now`, in words."""
    if not place.hours:
        return OpeningWords(None, gettext("Hours not known: call before you come"))
    found = opening_at(place.hours, now, department=place.department)
    if found is None:
        return OpeningWords(None, gettext("Hours as the place writes them:"), as_written=place.hours)
    return OpeningWords(found.is_open, _sentence(found, in_paris(now)), note=found.note)


def week_lines(place: Place, today: date) -> list[tuple[str, str]]:
    """Returns each day of an ordinary week and its hours in words; nothing of hours that cannot be read."""
    return [(date_format(day, "l"), _times(times)) for day, times in week_of(place.hours, today)]


def _sentence(found: Opening, now: datetime) -> str:
    if found.never_closes:
        return gettext("Open day and night")
    if found.is_open and found.closes_at:
        return gettext("Open, closes %(when)s") % {"when": _when(found.closes_at, now)}
    closed = gettext("Closed today, a public holiday") if found.is_holiday else gettext("Closed for now")
    if found.opens_at is None:
        return closed
    return gettext("%(closed)s, opens %(when)s") % {"closed": closed, "when": _when(found.opens_at, now)}


def _when(moment: datetime, now: datetime) -> str:
    """« à 17 h », « demain à 9 h », « mardi à 9 h », « le 4 janvier 2027 à 9 h »."""
    away = (moment.date() - now.date()).days
    if away == 0 or (away == 1 and moment.time() == time()):
        clock = gettext("midnight") if moment.time() == time() else hour(moment)
        return gettext("at %(hour)s") % {"hour": clock}
    if away == 1:
        return gettext("tomorrow at %(hour)s") % {"hour": hour(moment)}
    if away < timedelta(days=7).days:
        return gettext("on %(weekday)s at %(hour)s") % {"weekday": date_format(moment, "l"), "hour": hour(moment)}
    return gettext("on %(day)s at %(hour)s") % {"day": short_day(moment), "hour": hour(moment)}


def _times(times: list[tuple[time, time]]) -> str:
    if not times:
        return gettext("closed")
    return ", ".join(f"{hour(start)} – {hour(end)}".replace(" – ", f"{NBSP}–{NBSP}") for start, end in times)


def grouped_week(place: Place, today: date) -> list[tuple[str, str]]:
    """Returns the same, days of the same hours together: « lundi à vendredi ». Closed days are left out."""
    groups: list[tuple[list[str], str]] = []
    for day, times in week_lines(place, today):
        if groups and groups[-1][1] == times:
            groups[-1][0].append(day)
        else:
            groups.append(([day], times))
    return [(_days(days), times) for days, times in groups if times != gettext("closed")]


def _days(days: list[str]) -> str:
    if len(days) == 1:
        return days[0]
    if days[1] == days[-1]:
        return gettext("%(first)s and %(last)s") % {"first": days[0], "last": days[-1]}
    return gettext("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}
