"""Removes the triggers of `_vote_guard.py` and `_texts_guard.py` and `_end_guard.py`: `common.guards` installs those of the models."""

from typing import Any

from django.db import migrations

from polls.migrations import _end_guard, _texts_guard, _vote_guard

FORMER = (_vote_guard, _texts_guard, _end_guard)


def remove(apps: Any, schema_editor: Any) -> None:
    for former in reversed(FORMER):
        for statement in former.unguard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


def restore(apps: Any, schema_editor: Any) -> None:
    for former in FORMER:
        for statement in former.guard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("polls", "0006_secret_until_its_end")]

    operations = [migrations.RunPython(remove, restore)]
