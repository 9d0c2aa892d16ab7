"""Dates and times in French: `{% load dates %}`, then `|day`, `|short_day`, `|hour`, `|hours:end`.

Times are in the time zone of the city whatever the active one is, since sessions take place there.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

# Time zone of the city, not of a user: its days and hours are the same for everyone.
CITY_ZONE = ZoneInfo(settings.TIME_ZONE)
NBSP = "\u00a0"
MIDNIGHT = dt.time()


@register.filter
def in_city_time(moment: dt.datetime) -> dt.datetime:
    """Returns `moment` in the time of the city; a naive datetime is taken as such already."""
    return moment.astimezone(CITY_ZONE) if timezone.is_aware(moment) else moment


def isoformat(value: dt.date | None) -> str | None:
    """Returns a date, or a datetime with its local offset, in ISO 8601, for machines."""
    if isinstance(value, dt.datetime):
        return in_city_time(value).isoformat(timespec="seconds")
    return value.isoformat() if value else None


def _as_date(value: dt.date) -> dt.date:
    return in_city_time(value).date() if isinstance(value, dt.datetime) else value


def _as_time(value: dt.datetime | dt.time) -> dt.time:
    return in_city_time(value).time() if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | None) -> str:
    """Returns « lundi 14 janvier 2019 », « vendredi 1er mars 2019 ». Takes a date or datetime."""
    if not value:
        return ""
    return _in_words(_as_date(value), get_language())


@lru_cache(maxsize=4096)
def _in_words(date: dt.date, language: str | None) -> str:
    """Cached, since a page of comments repeats the same few days."""
    return f"{date_format(date, 'l')} {_day_number(date)}{NBSP}{date_format(date, 'F Y')}"


def _day_number(date: dt.date) -> str:
    return _("1st") if date.day == 1 else str(date.day)


@register.filter
def short_day(value: dt.date | None) -> str:
    """Returns « 14 janvier 2019 ». Takes a date or datetime."""
    return day(value).partition(" ")[2]


@register.filter
def near_day(value: dt.date) -> str:
    """Returns « 14 janvier », for a near date without its year. Takes a date or datetime."""
    return short_day(value).rsplit(maxsplit=1)[0]


@register.filter
def recent_day(value: dt.date) -> str:
    """Returns « aujourd’hui », « hier », then « 14 janvier 2019 ». Takes a date or datetime."""
    days_ago = (timezone.localdate() - _as_date(value)).days
    return {0: _("today"), 1: _("yesterday")}.get(days_ago) or short_day(value)


@register.filter
def brief_day(value: dt.date) -> str:
    """Returns « 14 janv. 2019 », for narrow places: may wrap. Takes a date or datetime."""
    date = _as_date(value)
    return f"{_day_number(date)} {date_format(date, 'N Y')}"


@register.filter
def days(first: dt.date, last: dt.date) -> str:
    """Returns « du 1er au 30 juin 2026 », « du 28 mai au 3 juin 2026 », « 1er juin 2026 ». Takes dates or datetimes."""
    first, last = _as_date(first), _as_date(last)
    if first >= last:
        return short_day(first)
    if first.year != last.year:
        begin = short_day(first)
    elif first.month != last.month:
        begin = f"{_day_number(first)}{NBSP}{date_format(first, 'F')}"
    else:
        begin = _day_number(first)
    return _("from %(first)s to %(last)s") % {"first": begin, "last": short_day(last)}


@register.filter
def hour(value: dt.datetime | dt.time | None) -> str:
    """Returns « 18 h », « 18 h 30 », with non-breaking spaces. Takes a time or datetime."""
    if value is None or value == "":
        return ""
    time = _as_time(value)
    minutes = f"{NBSP}{time.minute:02d}" if time.minute else ""
    return f"{time.hour}{NBSP}h{minutes}"


@register.filter
def coming(value: dt.date) -> str:
    """Returns « 1er décembre 2026 à 7 h », « 1er décembre 2026 » if today or in the future; else ""."""
    if isinstance(value, dt.datetime):
        is_past = value <= timezone.now()
        return "" if is_past else _("%(day)s at %(hour)s") % {"day": short_day(value), "hour": hour(value)}
    return short_day(value) if value >= timezone.localdate() else ""


@register.filter
def last_day(end: dt.datetime | None) -> dt.date | None:
    """Returns the last day before `end`: for midnight, the day before."""
    return _as_date(end - dt.timedelta(microseconds=1)) if end else None


@register.filter
def deadline(value: dt.datetime | None) -> str:
    """Returns « lundi 14 janvier 2019 à 18 h » for the end of a period; for midnight, the day before."""
    if not value:
        return ""
    if _as_time(value) == MIDNIGHT:
        return day(last_day(value))
    return _("%(day)s at %(hour)s") % {"day": day(value), "hour": hour(value)}


@register.filter
def short_deadline(value: dt.datetime | None) -> str:
    """Returns « 14 janvier 2019 à 18 h »."""
    return deadline(value).partition(" ")[2]


@register.filter
def hours(start: dt.datetime, end: dt.datetime) -> str:
    """Returns « de 18 h à 20 h »."""
    return _("from %(start)s to %(end)s") % {"start": hour(start), "end": hour(end)}
