"""Whom the site names to everyone: members who agree to it. Of the others it says that a member does it, and no more.

Where a row leads to a member, `Member.shown_name` says it. Editors also write names as words: who makes a deliverable,
who presents a point. What they wrote before a person refused, or took the consent back, is not shown either.
"""

import re
from typing import Any

from django.core.cache import caches
from django.utils.text import capfirst

from committee.models.members import Member, member_unnamed

CACHE_KEY = "committee-hidden-names"


def hidden_names() -> list[str]:
    """Returns the names of the members who are not to be named, the longest first. The process knows them a minute."""
    names: list[str] | None = caches["local"].get(CACHE_KEY)
    if names is None:
        found = Member.objects.filter(is_named=False).order_by().values_list("name", flat=True)
        names = sorted({" ".join(name.split()) for name in found} - {""}, key=lambda name: (-len(name), name))
        caches["local"].set(CACHE_KEY, names)
    return names


def clear_hidden_names(**kwargs: Any) -> None:
    """To be called when a member changes."""
    caches["local"].delete(CACHE_KEY)


def names_hidden_member(text: str) -> bool:
    """Says whether `text` has the name of a member who is not to be named."""
    return as_public(text) != text


def as_public(text: str) -> str:
    """Returns `text` with "a member of the committee" in the place of each name that is not to be shown.

    A name of one word could be any word: it is found only where it stands alone.
    """
    shown = text
    for name in hidden_names() if text else []:
        words = r"\s+".join(map(re.escape, name.split()))
        pattern = rf"(?<!\w){words}(?!\w)" if " " in name else rf"\A\s*{words}\s*\Z"
        shown = re.sub(pattern, member_unnamed(), shown, flags=re.IGNORECASE)
    return shown if shown == text else capfirst(shown)
