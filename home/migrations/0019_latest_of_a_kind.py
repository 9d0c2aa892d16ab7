"""On PostgreSQL, the index of the search is read from the latest row of a kind backwards: for a word that is in many texts."""

from django.db import migrations

CREATE = [
    """
CREATE INDEX IF NOT EXISTS home_search_latest
ON modelsearch_indexentry (content_type_id, (object_id::bigint))
""",
    # What is known of an expression: PostgreSQL guesses a plan without it, until it looks by itself.
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
