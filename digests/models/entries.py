"""Entries of a delivery: what it tells one reader, thing by thing, and how its row keeps them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple


class Entry(NamedTuple):
    """One thing that a delivery tells: the row of a source, in a section of the digest, for a reason (`why`).

    Of a discussion, the comments after `since` are told; without it, those after the cursor of the delivery.
    """

    section: str
    source: str
    key: int
    why: str = ""
    since: datetime | None = None


def packed(entries: Iterable[Entry]) -> list[list]:
    """Returns `entries` as JSON, in their order: neighbours that differ in their key only share one row.

    A busy month has hundreds of new proposals, and each reader a list of them: they take a few bytes each.
    """
    rows = groupby(entries, key=lambda entry: (entry.section, entry.source, entry.why, entry.since))
    return [
        [section, source, why, since.isoformat() if since else "", [entry.key for entry in same]]
        for (section, source, why, since), same in rows
    ]


def unpacked(rows: Iterable[list]) -> list[Entry]:
    """Returns the entries that `packed` wrote."""
    return [
        Entry(section, source, key, why, datetime.fromisoformat(since) if since else None)
        for section, source, why, since, keys in rows
        for key in keys
    ]
