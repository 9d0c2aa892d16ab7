"""Installs the triggers that protect the findings of the comparison (`_observation_guard.py`)."""

from django.db import migrations

from veille.migrations import _observation_guard as guard_of_observations


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_observations.MAKE_SWITCH, *guard_of_observations.guard(vendor)]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_observations.unguard(vendor), *guard_of_observations.DROP_SWITCH]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("veille", "0004_benchmark")]
    operations = [migrations.RunPython(guard, unguard)]
