"""Triggers that protect the audit log, as SQL for PostgreSQL and SQLite.

Entries cannot be updated, nor deleted before they are a year old. A one-row switch disables the triggers; only the test
settings use it, to empty tables. It is not a model, so that `flush` and fixtures do not reach it.

Frozen with the migration that uses it. A later migration that alters the table must drop these triggers first
(`unguard`) and create new ones, because SQLite rebuilds an altered table without its triggers.
"""

TABLE = "auditlog_entry"
SWITCH = "auditlog_switch"
MESSAGE = "The audit log only grows: entries are neither changed nor deleted before a year is over."
IS_OPEN = f"EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open)"

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

SQLITE_GUARD = [
    # `INSERT OR REPLACE` deletes without firing delete triggers.
    f"""CREATE TRIGGER auditlog_insert BEFORE INSERT ON {TABLE}
        WHEN NOT {IS_OPEN} AND EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER auditlog_update BEFORE UPDATE ON {TABLE} WHEN NOT {IS_OPEN}
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER auditlog_delete BEFORE DELETE ON {TABLE}
        WHEN NOT {IS_OPEN} AND julianday('now') - julianday(OLD.at) < 365
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
SQLITE_UNGUARD = [f"DROP TRIGGER auditlog_{verb}" for verb in ("insert", "update", "delete")]

POSTGRESQL_GUARD = [
    f"""CREATE FUNCTION auditlog_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {IS_OPEN} THEN
                IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
                RETURN OLD;
            END IF;
            IF TG_OP = 'DELETE' THEN
                IF OLD.at <= clock_timestamp() - interval '365 days' THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
    f"""CREATE TRIGGER auditlog_rows BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION auditlog_guard()""",
    f"""CREATE TRIGGER auditlog_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION auditlog_guard()""",
]
POSTGRESQL_UNGUARD = [
    f"DROP TRIGGER auditlog_rows ON {TABLE}",
    f"DROP TRIGGER auditlog_truncate ON {TABLE}",
    "DROP FUNCTION auditlog_guard()",
]


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the triggers for `vendor`."""
    return POSTGRESQL_GUARD if vendor == "postgresql" else SQLITE_GUARD


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the triggers for `vendor`."""
    return POSTGRESQL_UNGUARD if vendor == "postgresql" else SQLITE_UNGUARD
