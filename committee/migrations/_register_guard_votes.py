"""SQL of the guard of the register with votes and dissents, for both databases.

As `_register_guard.py`, with the vote fields among the protected ones, and dissents among the text that may be
emptied. Frozen with its migration too.
"""

from committee.migrations import _register_guard as before

TABLE = before.TABLE
WORDS = (*before.WORDS, "dissents")
KEPT = (*before.KEPT, "manner", "votes_for", "votes_against", "abstentions", "majority")
EMPTIES_WORDS = " AND ".join(f"NEW.{name} = ''" for name in WORDS) + (
    f" AND EXISTS (SELECT 1 FROM {TABLE} r WHERE r.kind = 'caviardage' AND r.redacts = OLD.number)"
)

SQLITE_UPDATE = f"""CREATE TRIGGER register_update BEFORE UPDATE ON {TABLE}
    WHEN NOT {before.IS_OPEN} AND NOT ({EMPTIES_WORDS} AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)})
    BEGIN SELECT RAISE(ABORT, '{before.MESSAGE}'); END"""

POSTGRESQL_FUNCTION = f"""CREATE FUNCTION committee_register_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {before.IS_OPEN} THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'INSERT' THEN
            IF {before.IS_NEXT} THEN RETURN NEW; END IF;
            RAISE EXCEPTION '{before.NOT_NEXT}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF {EMPTIES_WORDS}
                AND {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)}
            THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '{before.MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$"""


def guard(vendor: str) -> list[str]:
    """Returns the statements that protect the register in a database of `vendor`."""
    if vendor == "postgresql":
        return [POSTGRESQL_FUNCTION, *before.POSTGRESQL_GUARD[1:]]
    insert, _update, delete = before.SQLITE_GUARD
    return [insert, SQLITE_UPDATE, delete]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that remove the guard."""
    return before.unguard(vendor)
