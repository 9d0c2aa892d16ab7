"""Day, hours and place of an appointment in words, for comparison with an earlier message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.templatetags.dates import day, hours

Words = dict[str, str]
LABELS = {"day": _("Date"), "hours": _("Hours"), "place": _("Place"), "meeting_point": _("Meeting point")}


@dataclass(frozen=True)
class Change:
    """Fact that changed since a person was informed; `is_private` for the meeting link, which is not printed."""

    label: str
    before: str
    after: str
    is_private: bool = False


def words_of(thing: Any, **more: str) -> Words:
    """Returns the texts about `thing` (with `starts_at`, `ends_at`, `place`) in a mail, to be stored and compared."""
    return {"day": day(thing.starts_at), "hours": hours(thing.starts_at, thing.ends_at), "place": thing.place, **more}


def changes(before: Mapping[str, str] | None, after: Words) -> list[Change]:
    """Returns the differences; none if `before` was not stored."""
    previous = before or after
    return [
        Change(str(LABELS[name]), previous[name], words) for name, words in after.items() if previous[name] != words
    ]


def group_by_message(rows: Iterable[Any]) -> list[list[Any]]:
    """Groups `rows` by the message that people received: its key (`told`) and its texts (`said`)."""
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        texts = tuple(sorted((row.said or {}).items()))
        groups.setdefault((row.told, texts), []).append(row)
    return list(groups.values())
