"""Triggers that refuse a new audit log entry whose time is not now, as SQL for PostgreSQL and SQLite.

A difference of up to three hours from the database clock is accepted: it is not the clock of the site, and a wrong time
zone must not stop the site. Completes `_guard` with the same switch, and is frozen with its migration.
"""

from auditlog.migrations._guard import IS_OPEN, TABLE

MESSAGE = "The audit log only grows: an entry has the time at which it is written."

SQLITE_GUARD = [
    f"""CREATE TRIGGER auditlog_moment BEFORE INSERT ON {TABLE}
        WHEN NOT {IS_OPEN} AND abs(julianday('now') - julianday(NEW.at)) > 3.0 / 24
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
SQLITE_UNGUARD = ["DROP TRIGGER auditlog_moment"]

POSTGRESQL_GUARD = [
    f"""CREATE FUNCTION auditlog_moment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT {IS_OPEN} AND NEW.at NOT BETWEEN clock_timestamp() - interval '3 hours'
                AND clock_timestamp() + interval '3 hours' THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE TRIGGER auditlog_moment BEFORE INSERT ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION auditlog_moment_guard()""",
]
POSTGRESQL_UNGUARD = [f"DROP TRIGGER auditlog_moment ON {TABLE}", "DROP FUNCTION auditlog_moment_guard()"]


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the triggers for `vendor`."""
    return POSTGRESQL_GUARD if vendor == "postgresql" else SQLITE_GUARD


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the triggers for `vendor`."""
    return POSTGRESQL_UNGUARD if vendor == "postgresql" else SQLITE_UNGUARD
