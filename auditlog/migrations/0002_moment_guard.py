"""Trigger that refuses audit log entries with another time than now (`_moment_guard.py`)."""

from django.db import migrations

from auditlog.migrations import _moment_guard as guard_of_moments


def guard(apps, schema_editor):
    for statement in guard_of_moments.guard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in guard_of_moments.unguard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("auditlog", "0001_schema")]

    operations = [migrations.RunPython(guard, unguard)]
