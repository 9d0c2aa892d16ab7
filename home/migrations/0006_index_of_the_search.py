"""One index for what a search looks in: the title and the text together, which those of the library do not hold."""

from django.db import migrations

CREATE = "CREATE INDEX IF NOT EXISTS home_search_text ON modelsearch_indexentry USING gin ((title || body))"
DROP = "DROP INDEX IF EXISTS home_search_text"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_declaration_of_accessibility"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
    ]
    operations = [migrations.RunPython(create, drop)]
