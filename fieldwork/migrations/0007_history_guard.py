"""Installs the triggers that protect the history of findings and the new trials (`_history_guard.py`)."""

from django.db import migrations

from fieldwork.migrations import _history_guard as guard_of_history


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_history.MAKE_SWITCH, *guard_of_history.guard(vendor)]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_history.unguard(vendor), *guard_of_history.DROP_SWITCH]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0006_database_defaults")]
    operations = [migrations.RunPython(guard, unguard)]
