"""Day, hours and place of an appointment in words: what a person was told, and what has changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.templatetags.dates import day, hours

Words = dict[str, str]
LABELS = {"day": _("Date"), "hours": _("Hours"), "place": _("Place"), "meeting_point": _("Meeting point")}


@dataclass(frozen=True)
class Change:
    """Fact that is not what a person was told; `is_private` for the link, which is not on paper."""

    label: str
    before: str
    after: str
    is_private: bool = False


def words_of(thing: Any, **more: str) -> Words:
    """Returns what a mail says of `thing`, which has `starts_at`, `ends_at` and `place`: to be kept and compared."""
    return {"day": day(thing.starts_at), "hours": hours(thing.starts_at, thing.ends_at), "place": thing.place, **more}


def changes(before: Mapping[str, str] | None, after: Words) -> list[Change]:
    """Returns what differs; nothing where `before` was not kept."""
    known = before or after
    return [Change(str(LABELS[name]), known[name], words) for name, words in after.items() if known[name] != words]


def by_what_they_know(rows: Iterable[Any]) -> list[list[Any]]:
    """Returns `rows` in groups of those who were told the same, by its key (`told`) and its words (`said`)."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        known = tuple(sorted((row.said or {}).items()))
        groups.setdefault((row.told, known), []).append(row)
    return list(groups.values())
