"""Appends entries to the hash chain of the register, one at a time."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from committee.models import Dissent, MinutesDecision, RegisterEntry, SessionPage, public_topics, topic_label
from committee.verify_register import GENESIS, commitment_of, fields_of, hash_of
from common.templatetags.dates import in_city_time


@transaction.atomic
def record_decisions(*, session: SessionPage, approved_on: date | None, now: datetime) -> list[RegisterEntry]:
    """Adds the decisions of `session` to the register, in order, each with its dissents.

    Called once, by the approval of the minutes. `approved_on` is the day of the session that approved them.
    """
    day = in_city_time(session.starts_at).date()
    rows = session.decisions.prefetch_related(public_topics()).order_by("sort_order", "pk")
    drafts = MinutesDecision.objects.filter(record__session=session).prefetch_related("dissents")
    dissents = {rank: list(draft.dissents.all()) for rank, draft in enumerate(drafts, 1)}
    entries = [
        append(
            now=now,
            kind=RegisterEntry.Kind.DECISION,
            session_day=day,
            rank=rank,
            approved_on=approved_on,
            text=row.text,
            responsible=row.responsible,
            due_on=row.due_on,
            topic=topic_label(row.topic) if row.topic_id else "",
            topic_number=row.topic.number if row.topic else None,
            dissents="\n".join(dissent.said for dissent in dissents.get(rank, ())),
            **row.vote_words(),
        )
        for rank, row in enumerate(rows, 1)
    ]
    for rank, entry in enumerate(entries, 1):
        Dissent.objects.filter(pk__in=[dissent.pk for dissent in dissents.get(rank, ())]).update(entry=entry)
    return entries


@transaction.atomic
def append(*, now: datetime, **fields: Any) -> RegisterEntry:
    """Adds one entry at the end of the chain. A lock serialises concurrent writers until their transactions end."""
    _wait_for_turn()
    last = RegisterEntry.objects.last()
    recorded_at = now.replace(microsecond=0)
    entry = RegisterEntry(
        number=last.number + 1 if last else 1,
        recorded_at=max(recorded_at, last.recorded_at) if last else recorded_at,
        previous_hash=last.hash if last else GENESIS,
        **fields,
    )
    if entry.kind == RegisterEntry.Kind.DECISION:
        entry.salt = secrets.token_hex(16)
        entry.commitment = commitment_of(as_data(entry))
    entry.hash = hash_of(as_data(entry))
    entry.save()
    return entry


def as_data(entry: RegisterEntry) -> dict[str, Any]:
    """Returns `entry` as the dictionary that is exported and hashed."""
    return {name: _plain(getattr(entry, name)) for name in fields_of({"manner": entry.manner})}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _wait_for_turn() -> None:
    """Locks the single row of the switch, which always exists. SQLite has one writer at a time anyway."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute("SELECT is_open FROM committee_register_switch FOR UPDATE")
