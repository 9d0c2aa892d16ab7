"""Triggers that protect the history of findings and the new trials, as SQL for both databases.

Both tables are append-only, except that the account of a person who leaves can be set to NULL. The switch, a table of
one row, disables the triggers; only the settings of the tests use it, to empty the tables.

Frozen with the migration that uses it. A later migration that changes one of these tables first calls `unguard` and
then installs a guard of its own: SQLite rebuilds an altered table without its triggers.
"""

SWITCH = "fieldwork_history_switch"
MESSAGE = "The history of a finding and its new trials are only added, neither changed nor deleted."

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

KEPT = {
    "findingstep": ("id", "finding_id", "kind", "at", "from_state", "to_state", "role", "reason", "retest_id"),
    "retest": ("id", "finding_id", "tested_on", "version", "outcome", "note", "created_at", "idempotency_key"),
}
ACCOUNTS = {"findingstep": ("actor_id",), "retest": ("tester_id", "said_fixed_by_id", "fixed_by_id")}
# `INSERT OR REPLACE` deletes conflicting rows without firing the triggers of deletions.
IN_THE_WAY = {"findingstep": "o.id = NEW.id", "retest": "o.id = NEW.id OR o.idempotency_key = NEW.idempotency_key"}
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
IS_SHUT = f"NOT EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open)"


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, for each table and SQL verb, the condition that refuses a row."""
    found, differs = {}, DIFFERS[vendor]
    for table, names in KEPT.items():
        changed = [f"NEW.{name} {differs} OLD.{name}" for name in names]
        changed += [f"(NEW.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in ACCOUNTS[table]]
        found |= {(table, "UPDATE"): " OR ".join(changed), (table, "DELETE"): "true"}
        if vendor == "sqlite":
            found[table, "INSERT"] = f"EXISTS (SELECT 1 FROM fieldwork_{table} o WHERE {IN_THE_WAY[table]})"
    return found


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the triggers in a database of `vendor`."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON fieldwork_{table} WHEN {IS_SHUT} AND ({condition})"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for (table, verb), condition in refused(vendor).items()
        ]
    return [
        statement
        for (table, verb), condition in [
            *refused(vendor).items(),
            *(((table, "TRUNCATE"), "true") for table in KEPT),
        ]
        for statement in _postgresql(table, verb, condition)
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the triggers, for a migration that rebuilds a table; `guard` restores them."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {_name(table, verb)}" for table, verb in refused(vendor)]
    return [
        statement
        for table, verb in [*refused(vendor), *((table, "TRUNCATE") for table in KEPT)]
        for statement in (
            f"DROP TRIGGER {_name(table, verb)} ON fieldwork_{table}",
            f"DROP FUNCTION {_name(table, verb)}()",
        )
    ]


def _name(table: str, verb: str) -> str:
    return f"fieldwork_{table}_{verb.lower()}"


def _postgresql(table: str, verb: str, condition: str) -> list[str]:
    name = _name(table, verb)
    row, each = {"UPDATE": ("NEW", "ROW"), "DELETE": ("OLD", "ROW"), "TRUNCATE": ("NULL", "STATEMENT")}[verb]
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {IS_SHUT} AND ({condition}) THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {row};
            END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON fieldwork_{table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]
