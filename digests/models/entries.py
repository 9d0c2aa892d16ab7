"""Entries of a delivery, one per object, and their format in its row."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple


class Entry(NamedTuple):
    """Entry of a delivery: the row of a source, in a section of the digest, for a reason (`reason`).

    For a discussion, it covers the comments after `since`, by default the cursor of the delivery.
    """

    section: str
    source: str
    key: int
    reason: str = ""
    since: datetime | None = None


def packed(entries: Iterable[Entry]) -> list[list]:
    """Returns `entries` as JSON, in order: neighbours that differ only in their primary key share one row.

    A busy month has hundreds of new proposals in the list of each reader: they take a few bytes each.
    """
    rows = groupby(entries, key=lambda entry: (entry.section, entry.source, entry.reason, entry.since))
    return [
        [section, source, reason, since.isoformat() if since else "", [entry.key for entry in same]]
        for (section, source, reason, since), same in rows
    ]


def unpacked(rows: Iterable[list]) -> list[Entry]:
    """Returns the entries from the output of `packed`."""
    return [
        Entry(section, source, key, reason, datetime.fromisoformat(since) if since else None)
        for section, source, reason, since, keys in rows
        for key in keys
    ]
