"""What the database itself refuses of a new entry of the audit log, as SQL for both databases: another time than now.

Up to three hours from the clock of the database are let through: that of the site is another one, and a wrong time zone
must not stop the site. Completes `_guard`, with the same switch, and is frozen with the migration that uses it.
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
    """Returns the statements that guard the times of the log in a database of `vendor`."""
    return POSTGRESQL_GUARD if vendor == "postgresql" else SQLITE_GUARD


def unguard(vendor: str) -> list[str]:
    """Returns the statements that take this guard away."""
    return POSTGRESQL_UNGUARD if vendor == "postgresql" else SQLITE_UNGUARD
