"""Erasure of what SQLite still has of texts that were deleted: words in the index, pages in its journal (WAL).

`PRAGMA secure_delete` overwrites them in the file of the database, and leaves those two. PostgreSQL reuses dead rows in
its own time, and a dump has none.
"""

from datetime import datetime

from django.db import connection
from modelsearch.models import IndexEntry

TABLE = f"{IndexEntry._meta.db_table}_fts"


def forget_deleted_words() -> None:
    """Rewrites the index with the words of the texts that are there, then empties the journal."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608 - a name of ours
        empty_journal()


def empty_journal(*, now: datetime | None = None) -> int:
    """Moves what the journal of SQLite holds into the file, and cuts it to nothing; returns 0.

    As long as somebody reads an earlier state, it cannot: the tick does it again (`common.retention`).
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return 0
