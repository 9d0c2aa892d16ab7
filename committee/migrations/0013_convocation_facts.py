"""Stores the time and place in convocations; earlier ones get those of their session."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

FACTS = ("starts_at", "ends_at", "place")


def keep_facts(apps: Any, schema_editor: Any) -> None:
    """Copies the facts of each session to its convocations."""
    session = apps.get_model("committee", "SessionPage").objects.filter(pk=OuterRef("session"))
    facts = {name: Subquery(session.values(name)[:1]) for name in FACTS}
    apps.get_model("committee", "Convocation").objects.update(**facts)


class Migration(migrations.Migration):
    dependencies = [("committee", "0012_programme_guard")]

    operations = [
        migrations.AddField(
            model_name="convocation",
            name="is_cancellation",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="says that the session is cancelled"
            ),
        ),
        migrations.AddField(
            model_name="convocation",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="starts at"),
        ),
        migrations.AddField(
            model_name="convocation",
            name="ends_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ends at"),
        ),
        migrations.AddField(
            model_name="convocation",
            name="place",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="place"),
        ),
        migrations.RunPython(keep_facts, migrations.RunPython.noop, elidable=True),
    ]
