"""Erasure of deleted texts from SQLite: words in the index, pages in the write-ahead log.

`PRAGMA secure_delete` overwrites deleted content in the database file, but not in these two. PostgreSQL reuses dead
rows over time, and dumps do not contain them.
"""

from datetime import datetime

from django.db import connection
from modelsearch.models import IndexEntry

TABLE = f"{IndexEntry._meta.db_table}_fts"


def forget_deleted_words() -> None:
    """Rebuilds the index without deleted words, then truncates the write-ahead log."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608 - a name of ours
        empty_journal()


def empty_journal(*, now: datetime | None = None) -> int:
    """Moves the write-ahead log of SQLite into the database file, and truncates it; returns 0.

    Impossible while a reader uses an earlier snapshot: the tick runs it again (`common.retention`).
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return 0
