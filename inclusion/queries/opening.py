"""Opening hours in words: « Ouvert, ferme à 17 h », « Fermé, ouvre mardi à 9 h », the next days, closures."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from common.templatetags.dates import NBSP, days, hour, in_city_time, short_day
from inclusion.models import Place
from inclusion.models.hours import Closure, Opening, OpeningDay, days_from, is_always_open, opening_at, week_of


@dataclass(frozen=True)
class OpeningWords:
    """Opening state of a place at a given time, in words.

    `is_open` is None if the hours are unknown, or cannot be parsed (then they are in `as_written`).
    """

    is_open: bool | None
    sentence: str
    note: str = ""
    as_written: str = ""


def opening_words(place: Place, now: datetime) -> OpeningWords:
    """Returns the opening state of `place` at `now`, in words."""
    entered = place.entered_closures
    opening = opening_at(place.hours, now, department=place.department, closures=entered)
    if opening:
        note = opening.note if opening.closure is None else opening.closure.reason
        return OpeningWords(opening.is_open, _sentence(opening, in_city_time(now)), note=note)
    closure = next((closure for closure in entered if closure.covers(in_city_time(now).date())), None)
    if closure:
        return OpeningWords(False, closed_words(closure), note=closure.reason, as_written=place.hours)
    if not place.hours:
        unknown = gettext("Hours not known: call before you come") if place.phone else gettext("Hours not known")
        return OpeningWords(None, unknown)
    return OpeningWords(None, gettext("Hours as the place writes them:"), as_written=place.hours)


def closed_words(closure: Closure) -> str:
    """Returns a closure in words: « Fermé du 30 novembre au 4 décembre 2026 », « Fermé le 30 novembre 2026 »."""
    if closure.first == closure.last:
        return gettext("Closed on %(day)s") % {"day": short_day(closure.first)}
    return gettext("Closed %(days)s") % {"days": days(closure.first, closure.last)}


def closures_to_come(place: Place, today: date) -> list[str]:
    """Returns the current and future exceptional closures of `place` in words, next one first, with their reasons."""
    return [
        f"{closed_words(closure)}{NBSP}: {closure.reason}" if closure.reason else closed_words(closure)
        for closure in sorted(place.closures)
        if closure.last >= today
    ]


def days_to_come(place: Place, today: date) -> list[tuple[date, str]]:
    """Returns seven days from `today` on, with their hours in words.

    Empty if the hours cannot be parsed, or if the place is open day and night on all of these days.
    """
    days = days_from(place.hours, today, department=place.department, closures=place.entered_closures)
    if is_always_open(place.hours) and not any(opening_day.closure for opening_day in days):
        return []
    return [(opening_day.day, _day_words(opening_day)) for opening_day in days]


def _day_words(opening_day: OpeningDay) -> str:
    if opening_day.times:
        return _times(opening_day.times)
    if opening_day.closure:
        return gettext("closed exceptionally")
    return gettext("closed, a public holiday") if opening_day.is_holiday else _times([])


def _sentence(opening: Opening, now: datetime) -> str:
    if opening.never_closes:
        return gettext("Open day and night")
    if opening.is_open and opening.closes_at:
        return gettext("Open, closes %(when)s") % {"when": _when(opening.closes_at, now)}
    if opening.closure:
        closed = closed_words(opening.closure)
    else:
        closed = gettext("Closed today, a public holiday") if opening.is_holiday else gettext("Closed for now")
    if opening.opens_at is None:
        return closed
    return gettext("%(closed)s, opens %(when)s") % {"closed": closed, "when": _when(opening.opens_at, now)}


def _when(moment: datetime, now: datetime) -> str:
    """Returns a time in words: « à 17 h », « demain à 9 h », « mardi à 9 h », « le 4 janvier 2027 à 9 h »."""
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
    return ", ".join(_span(start, end) for start, end in times)


def _span(start: time, end: time) -> str:
    if start == end == time():
        return gettext("day and night")
    return f"{hour(start)}{NBSP}–{NBSP}{gettext('midnight') if end == time() else hour(end)}"


def grouped_week(hours: str, today: date) -> list[tuple[str, str]]:
    """Returns an ordinary week, equal days grouped: « lundi à vendredi ». Closed days are left out.

    Empty if the hours cannot be parsed.
    """
    groups: list[tuple[list[str], str]] = []
    for opening_day in week_of(hours, today):
        day, times = date_format(opening_day.day, "l"), _times(opening_day.times)
        if groups and groups[-1][1] == times:
            groups[-1][0].append(day)
        else:
            groups.append(([day], times))
    return [(_days(days), times) for days, times in groups if times != gettext("closed")]


def week_in_words(hours: str, today: date) -> list[str]:
    """Returns the lines of `grouped_week` as text, « lundi à vendredi 9 h – 12 h », or one line if always open."""
    if is_always_open(hours):
        return [gettext("Open day and night")]
    return [f"{names} {times}" for names, times in grouped_week(hours, today)]


def _days(days: list[str]) -> str:
    if len(days) == 1:
        return days[0]
    if days[1] == days[-1]:
        return gettext("%(first)s and %(last)s") % {"first": days[0], "last": days[-1]}
    return gettext("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}
