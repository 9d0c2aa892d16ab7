"""Removes the triggers of `_register_guard_votes.py` and `_programme_guard.py`: `common.guards` installs those of the models."""

from importlib import import_module
from typing import Any

from django.db import migrations

from committee.migrations import _programme_guard, _register_guard_votes

FORMER = (_register_guard_votes, _programme_guard)
OF_SESSION = import_module("committee.migrations.0018_adopted_in_session")


def remove(apps: Any, schema_editor: Any) -> None:
    OF_SESSION.unguard(apps, schema_editor)
    for former in FORMER:
        for statement in former.unguard(schema_editor.connection.vendor):
            schema_editor.execute(statement)


def restore(apps: Any, schema_editor: Any) -> None:
    for former in FORMER:
        for statement in former.guard(schema_editor.connection.vendor):
            schema_editor.execute(statement)
    OF_SESSION.guard(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("committee", "0023_search_words")]

    operations = [migrations.RunPython(remove, restore)]
