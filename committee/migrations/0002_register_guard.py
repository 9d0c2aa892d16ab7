"""Adds the database triggers of the register of decisions (`_register_guard.py`)."""

from django.db import migrations

from committee.migrations import _register_guard as guard_of_register


def guard(apps, schema_editor):
    for statement in [*guard_of_register.MAKE_SWITCH, *guard_of_register.guard(schema_editor.connection.vendor)]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in [*guard_of_register.unguard(schema_editor.connection.vendor), *guard_of_register.DROP_SWITCH]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("committee", "0010_minutes_and_register")]
    dependencies = [("committee", "0001_schema")]
    operations = [migrations.RunPython(guard, unguard)]
