"""Protects adopted work programmes (`_programme_guard.py`), and their topics."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from committee.migrations import _programme_guard


def guard(apps: Any, schema_editor: Any) -> None:
    for statement in _programme_guard.guard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unguard(apps: Any, schema_editor: Any) -> None:
    for statement in _programme_guard.unguard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("committee", "0011_document_size")]

    operations = [
        migrations.AlterField(
            model_name="ballottopic",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="committee.topicpage"
            ),
        ),
        migrations.AlterField(
            model_name="priority",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="priorities",
                to="committee.topicpage",
                verbose_name="topic",
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
