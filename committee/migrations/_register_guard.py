"""SQL of the triggers that protect the register, for both databases.

Entries are added at the end of the chain, and never changed or deleted. The only allowed change empties the text of
a decision for which a later entry records the removal. A switch, a table of one row, disables the triggers; only the
test settings use it, because tests must empty their tables. It is not a model, so that `flush` and fixtures do not
affect it.

Frozen with its migration. A later migration that alters the table calls `unguard` first, and creates its own guard:
SQLite rebuilds altered tables without their triggers.
"""

SWITCH = "committee_register_switch"
TABLE = "committee_registerentry"
WORDS = ("text", "responsible", "salt")
KEPT = (
    *("id", "number", "kind", "recorded_at", "session_day", "rank", "approved_on", "commitment", "due_on"),
    *("topic_number", "topic", "redacts", "reason", "author_role", "previous_hash", "hash"),
)
MESSAGE = "The register of decisions is append-only: entries are neither changed nor deleted."
NOT_NEXT = "The register of decisions is append-only: this entry does not follow the last one."

IS_OPEN = f"EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open)"
EMPTIES_WORDS = " AND ".join(f"NEW.{name} = ''" for name in WORDS) + (
    f" AND EXISTS (SELECT 1 FROM {TABLE} r WHERE r.kind = 'caviardage' AND r.redacts = OLD.number)"
)
IS_NEXT = (
    f"NEW.number = (SELECT COALESCE(MAX(number), 0) + 1 FROM {TABLE})"
    f" AND NEW.previous_hash = COALESCE((SELECT hash FROM {TABLE} ORDER BY number DESC LIMIT 1), '{'0' * 64}')"
)

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

SQLITE_GUARD = [
    # Also stops `INSERT OR REPLACE`, which deletes without firing delete triggers.
    f"""CREATE TRIGGER register_insert BEFORE INSERT ON {TABLE}
        WHEN NOT {IS_OPEN} AND (NOT ({IS_NEXT}) OR EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR hash = NEW.hash))
        BEGIN SELECT RAISE(ABORT, '{NOT_NEXT}'); END""",
    f"""CREATE TRIGGER register_update BEFORE UPDATE ON {TABLE}
        WHEN NOT {IS_OPEN} AND NOT ({EMPTIES_WORDS} AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)})
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER register_delete BEFORE DELETE ON {TABLE} WHEN NOT {IS_OPEN}
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
SQLITE_UNGUARD = [f"DROP TRIGGER register_{verb}" for verb in ("insert", "update", "delete")]

POSTGRESQL_GUARD = [
    f"""CREATE FUNCTION committee_register_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {IS_OPEN} THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF {IS_NEXT} THEN RETURN NEW; END IF;
                RAISE EXCEPTION '{NOT_NEXT}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF {EMPTIES_WORDS}
                    AND {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)}
                THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
    f"""CREATE TRIGGER register_rows BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION committee_register_guard()""",
    f"""CREATE TRIGGER register_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION committee_register_guard()""",
]
POSTGRESQL_UNGUARD = [
    f"DROP TRIGGER register_truncate ON {TABLE}",
    f"DROP TRIGGER register_rows ON {TABLE}",
    "DROP FUNCTION committee_register_guard()",
]


def guard(vendor: str) -> list[str]:
    """Returns the statements that protect the register in a database of `vendor`."""
    return POSTGRESQL_GUARD if vendor == "postgresql" else SQLITE_GUARD


def unguard(vendor: str) -> list[str]:
    """Returns the statements that remove the guard, for a migration that rebuilds the table; `guard` adds it again."""
    return POSTGRESQL_UNGUARD if vendor == "postgresql" else SQLITE_UNGUARD
