"""Adds the session at which a programme was adopted: set by the adoption, and protected like its other fields."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from committee.migrations._programme_guard import DIFFERS, MESSAGE
from committee.migrations._register_guard import IS_OPEN

NAME, TABLE = "committee_workprogramme_session", "committee_workprogramme"


def guard(apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    changed = f"OLD.adopted_at IS NOT NULL AND NEW.adopted_in_id {DIFFERS[vendor]} OLD.adopted_in_id"
    if vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN NOT {IS_OPEN} AND ({changed})"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    schema_editor.execute(
        f"""CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT {IS_OPEN} AND ({changed}) THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$"""
    )
    schema_editor.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def unguard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {NAME}")
        return
    schema_editor.execute(f"DROP TRIGGER {NAME} ON {TABLE}")
    schema_editor.execute(f"DROP FUNCTION {NAME}()")


class Migration(migrations.Migration):
    dependencies = [("committee", "0017_consent_on_paper")]

    operations = [
        migrations.AddField(
            model_name="workprogramme",
            name="adopted_in",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="committee.sessionpage",
                verbose_name="adopted at the session",
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
