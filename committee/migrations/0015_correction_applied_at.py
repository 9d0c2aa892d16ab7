"""Stores when accepted corrections were applied; for approved minutes, the time of the approval."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def set_applied(apps: Any, schema_editor: Any) -> None:
    approved = apps.get_model("committee", "SessionMinutes").objects.filter(state="approuve")
    corrections = apps.get_model("committee", "Correction").objects.filter(state="acceptee")
    corrections.filter(record__in=approved).update(applied_at=F("decided_at"))


class Migration(migrations.Migration):
    dependencies = [("committee", "0014_declined_by")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="applied_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="applied at"),
        ),
        migrations.RunPython(set_applied, migrations.RunPython.noop),
    ]
