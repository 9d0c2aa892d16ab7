"""Mixin of `SessionPage` for its names: slug, title and heading. A day in a title follows the session."""

import re
from datetime import date, datetime
from functools import partial

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.templatetags.dates import day, in_city_time, near_day, short_day


class NamedByDay(models.Model):
    """Session whose slug is its day, and whose titles change with the day if they mention it."""

    class Meta:
        abstract = True

    @staticmethod
    def slug_of(starts_at: datetime) -> str:
        """Returns the slug of a session: its day in the city."""
        return in_city_time(starts_at).date().isoformat()

    @property
    def heading(self) -> str:
        """« Séance n° 3 : les démarches en ligne »; a title that begins with “Séance” is not changed."""
        title: str = self.title  # type: ignore[attr-defined]
        number: int | None = self.number  # type: ignore[attr-defined]
        if number is None or title.casefold().startswith("séance"):
            return title
        return _("Session no. %(number)d: %(title)s") % {"number": number, "title": title}

    @property
    def dated_heading(self) -> str:
        """Heading with the day, which is not repeated if the title mentions it."""
        starts_at: datetime = self.starts_at  # type: ignore[attr-defined]
        is_dated = any(_pattern(words).search(self.heading) for words in _spellings(in_city_time(starts_at).date()))
        return self.heading if is_dated else f"{self.heading}, {short_day(starts_at)}"

    def follow_day(self, starts_at: datetime) -> None:
        """Sets the slug to the day in the city, and replaces the earlier day in the titles."""
        before, self.slug = self.slug, self.slug_of(starts_at)  # type: ignore[has-type]
        self.title = moved_title(self.title, before, self.slug)  # type: ignore[has-type]
        self.seo_title = moved_title(self.seo_title, before, self.slug)  # type: ignore[has-type]


def title_on(value: date) -> str:
    """Returns « Séance du 15 février 2027 », the title of a session until an editor writes another one."""
    return _("Session of %(day)s") % {"day": short_day(value)}


def moved_title(title: str, before: str, after: str) -> str:
    """Returns `title` with each mention of the day `before` replaced by `after`, in the same spelling.

    `before` and `after` are slugs of sessions: ISO dates, which a copied page does not have yet.
    """
    try:
        days = date.fromisoformat(before), date.fromisoformat(after)
    except ValueError:
        return title
    for old, new in zip(*map(_spellings, days), strict=True):
        title = _pattern(old).sub(partial(_in_place, new), title)
    return title


def _pattern(words: str) -> re.Pattern[str]:
    """Returns the pattern of whole `words`, with any spaces between them."""
    spaced = r"\s+".join(map(re.escape, words.split()))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def _spellings(value: date) -> list[str]:
    """Returns the ways in which people write a day, each one before those that it contains."""
    weekday = day(value).partition(" ")[0]
    return [day(value), short_day(value), f"{weekday} {near_day(value)}", near_day(value), date_format(value, "d/m/Y")]


def _in_place(words: str, match: re.Match[str]) -> str:
    return capfirst(words) if match[0][0].isupper() else words
