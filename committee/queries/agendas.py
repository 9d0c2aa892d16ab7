"""Agendas equal to an earlier one: a duplicated session keeps its agenda until an editor changes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from committee.models import AgendaItem, SessionPage

Titles = tuple[str, ...]


def known_agendas() -> dict[Titles, list[datetime]]:
    """Returns the agendas, each with the start times of its sessions.

    One query. Leaves out cancelled sessions, whose agenda may be used again.
    """
    rows = (
        AgendaItem.objects.exclude(session__status=SessionPage.Status.CANCELLED)
        .order_by("session__starts_at", "session_id", "sort_order", "pk")
        .values_list("session_id", "session__starts_at", "title")
    )
    agendas: dict[Titles, list[datetime]] = defaultdict(list)
    for (_pk, starts_at), items in groupby(rows, key=lambda row: row[:2]):
        agendas[tuple(title for *_session, title in items)].append(starts_at)
    return agendas


def copied_from(
    session: SessionPage, titles: Iterable[str], agendas: Mapping[Titles, list[datetime]]
) -> datetime | None:
    """Returns the start of the last session before `session` with the agenda `titles`, or None."""
    return max((start for start in agendas.get(tuple(titles), []) if start < session.starts_at), default=None)
