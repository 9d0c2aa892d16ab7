"""Erasure of words from the index: SQLite keeps those of deleted and changed texts until it merges its segments."""

from django.db import connection
from modelsearch.models import IndexEntry

TABLE = f"{IndexEntry._meta.db_table}_fts"


def forget_deleted_words() -> None:
    """Rewrites the index with the words of the texts that are there. PostgreSQL keeps no others."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608 - a name of ours
