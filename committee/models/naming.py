"""Names of members in public texts: replaced by "a member of the committee" unless the member agrees to be named.

`Member.shown_name` does it for rows with a foreign key to a member. This module does it for free text: author of a
deliverable, presenter of an item. Texts written before a consent was withdrawn are covered too.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.utils.text import capfirst

from committee.models.members import Member, member_unnamed

CACHE_KEY = "committee-hidden-names"


def hidden_names() -> list[str]:
    """Returns the names of members who did not agree to be named, the longest first. Cached for one minute."""
    names: list[str] | None = caches["local"].get(CACHE_KEY)
    if names is None:
        hidden = Member.objects.filter(is_named=False).order_by().values_list("name", flat=True)
        names = sorted({" ".join(name.split()) for name in hidden} - {""}, key=lambda name: (-len(name), name))
        caches["local"].set(CACHE_KEY, names)
    return names


def clear_hidden_names(**kwargs: Any) -> None:
    """Clears the cache when a member changes (signal receiver)."""
    caches["local"].delete(CACHE_KEY)


def hidden_members_in(text: str) -> Iterator[tuple[str, str]]:
    """Yields the members named in `text` without their consent: the name, and the first line that contains it."""
    for name in hidden_names() if text else []:
        if match := re.search(_pattern(name), text, flags=re.IGNORECASE):
            begins, rest = text.rfind("\n", 0, match.start()) + 1, text[match.end() :].partition("\n")[0]
            yield name, f"{text[begins : match.end()]}{rest}".strip()


def as_public(text: str) -> str:
    """Returns `text` with each hidden name replaced by "a member of the committee"."""
    result = text
    for name in hidden_names() if text else []:
        result = without_name(result, name)
    return result if result == text else capfirst(result)


def without_name(text: str, name: str) -> str:
    """Returns `text` with `name` replaced by "a member of the committee".

    A name of one word could be a common word: it is replaced only if it is the whole text.
    """
    return re.sub(_pattern(name), member_unnamed(), text, flags=re.IGNORECASE)


def _pattern(name: str) -> str:
    words = name.split()
    pattern = r"\s+".join(map(re.escape, words))
    return rf"(?<!\w){pattern}(?!\w)" if len(words) > 1 else rf"\A\s*{pattern}\s*\Z"
