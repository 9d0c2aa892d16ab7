"""Removes the triggers of `_observation_guard.py`: `common.guards` installs those of the models."""

from typing import Any

from django.db import migrations

from veille.migrations import _observation_guard

FORMER = (_observation_guard,)


def remove(apps: Any, schema_editor: Any) -> None:
    for former in reversed(FORMER):
        for statement in former.unguard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


def restore(apps: Any, schema_editor: Any) -> None:
    for former in FORMER:
        for statement in former.guard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("veille", "0013_search_words")]

    operations = [migrations.RunPython(remove, restore)]
