"""On PostgreSQL, adds an index to read the latest rows of a kind backwards, for words that occur in many texts."""

from django.db import migrations

CREATE = [
    """
CREATE INDEX IF NOT EXISTS home_search_latest
ON modelsearch_indexentry (content_type_id, (object_id::bigint))
""",
    # Collects statistics of the expression: without them PostgreSQL guesses, until its next automatic analysis.
    "ANALYZE modelsearch_indexentry",
]


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in CREATE:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS home_search_latest")


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0018_names_of_the_city"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
    ]
    operations = [migrations.RunPython(create, drop)]
