"""Configures the search on PostgreSQL: French, accents ignored on both sides, and one index for all searched text.

Needs the privilege to create the trusted extension `unaccent` (owner of the database) from the contrib package.
"""

from django.db import migrations

CREATE = [
    """
CREATE EXTENSION IF NOT EXISTS unaccent;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'french_unaccent') THEN
        CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french);
        ALTER TEXT SEARCH CONFIGURATION french_unaccent
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
    END IF;
END
$$
""",
    # Title and text combined, which the indexes of the library do not cover.
    "CREATE INDEX IF NOT EXISTS home_search_text ON modelsearch_indexentry USING gin ((title || body))",
]
# The extension is kept: other parts of the database may use it.
DROP = ["DROP INDEX IF EXISTS home_search_text", "DROP TEXT SEARCH CONFIGURATION IF EXISTS french_unaccent"]


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in CREATE:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in DROP:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("home", "0003_french_search"), ("home", "0006_index_of_the_search")]
    dependencies = [
        ("home", "0002_pages_and_groups"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
    ]
    operations = [migrations.RunPython(create, drop)]
