"""Removes the triggers of `_guard.py` and `_moment_guard.py`: `common.guards` installs those of the models."""

from typing import Any

from django.db import migrations

from auditlog.migrations import _guard, _moment_guard

FORMER = (_guard, _moment_guard)


def remove(apps: Any, schema_editor: Any) -> None:
    for former in reversed(FORMER):
        for statement in former.unguard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


def restore(apps: Any, schema_editor: Any) -> None:
    for former in FORMER:
        for statement in former.guard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("auditlog", "0002_moment_guard")]

    operations = [migrations.RunPython(remove, restore)]
