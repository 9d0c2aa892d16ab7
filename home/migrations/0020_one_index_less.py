"""On PostgreSQL, removes the index of title and text combined: the search uses separate ones."""

from django.db import migrations


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS home_search_text")


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS home_search_text ON modelsearch_indexentry USING gin ((title || body))"
        )


class Migration(migrations.Migration):
    dependencies = [("home", "0019_latest_of_a_kind")]
    operations = [migrations.RunPython(drop, create)]
