"""Helpers of the backup and restore tests: the three commands, and the content of a site before and after."""

import io
import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from operations.services import databases

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}


def backup(folder):
    return _run("backup", folder)


def restore(folder, *arguments):
    return _run("restore", folder, *arguments)


def drill(folder):
    return _run("drill", folder)


def _run(command, folder, *arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(command, str(folder), *arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def rows():
    rows_by_table = {}
    with connection.cursor() as cursor:
        for name in databases.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a table of ours
            rows_by_table[name] = sorted(repr(row) for row in cursor.fetchall())
    return rows_by_table


def triggers():
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return cursor.fetchall()


def media():
    root = Path(settings.MEDIA_ROOT)
    return {os.fsencode(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def snapshot():
    return rows(), triggers(), media()
