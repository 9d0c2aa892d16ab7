"""Removes the triggers of `_history_guard.py`: `common.guards` installs those of the models."""

from typing import Any

from django.db import migrations

from fieldwork.migrations import _history_guard

FORMER = (_history_guard,)


def remove(apps: Any, schema_editor: Any) -> None:
    for former in reversed(FORMER):
        for statement in former.unguard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


def restore(apps: Any, schema_editor: Any) -> None:
    for former in FORMER:
        for statement in former.guard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0010_search_words")]

    operations = [migrations.RunPython(remove, restore)]
