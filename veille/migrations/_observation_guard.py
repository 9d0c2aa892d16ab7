"""Triggers that protect the findings of the comparison, as SQL for both databases.

A finding is published only with a recorder and a second reader, who differ, and one per cell. A published one is
neither changed nor deleted: it can be replaced once, and its links to deleted accounts are set to NULL. The switch, a
table of one row, disables the triggers; only the settings of the tests use it, to empty the tables.

Frozen with the migration that uses it. A later migration that changes the table first calls `unguard` and then
installs a guard of its own: SQLite rebuilds an altered table without its triggers.
"""

SWITCH = "veille_observation_switch"
TABLE = "veille_observation"
MESSAGE = "A published finding is neither changed nor deleted: a correction is a row of its own."
NOT_READ = "A finding is published by two people, one for each cell."
KEPT = (
    *("id", "city_id", "criterion_id", "answer", "number", "text", "reason", "source_url", "source_title"),
    *("source_seen_on", "recorded_at", "published_at"),
)
ACCOUNTS = ("recorded_by_id", "second_reader_id")
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

IS_SHUT = f"NOT EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open)"
# Also refuses `INSERT OR REPLACE`, which deletes rows without firing the triggers of deletions.
IS_ANOTHER = (
    f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.city_id = NEW.city_id AND o.criterion_id = NEW.criterion_id"
    " AND o.published_at IS NOT NULL AND o.replaced_by_id IS NULL AND o.id <> NEW.id)"
)
IS_NOT_READ = (
    "NEW.published_at IS NOT NULL AND (NEW.recorded_by_id IS NULL OR NEW.second_reader_id IS NULL"
    f" OR NEW.recorded_by_id = NEW.second_reader_id OR {IS_ANOTHER})"
)
IS_TAKEN = f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.id = NEW.id AND o.published_at IS NOT NULL)"


def refused(vendor: str) -> dict[str, list[tuple[str, str]]]:
    """Returns, for each SQL verb, the conditions that refuse a row, each with its message."""
    differs = DIFFERS[vendor]
    changed = [f"NEW.{name} {differs} OLD.{name}" for name in KEPT]
    changed += [f"(NEW.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in ACCOUNTS]
    changed += [f"(OLD.replaced_by_id IS NOT NULL AND NEW.replaced_by_id {differs} OLD.replaced_by_id)"]
    takes_place = f"(NEW.id <> OLD.id AND {IS_TAKEN})"
    return {
        "INSERT": [(IS_TAKEN, MESSAGE), (IS_NOT_READ, NOT_READ)],
        "UPDATE": [
            (f"(OLD.published_at IS NOT NULL AND ({' OR '.join(changed)})) OR {takes_place}", MESSAGE),
            (f"OLD.published_at IS NULL AND {IS_NOT_READ}", NOT_READ),
        ],
        "DELETE": [("OLD.published_at IS NOT NULL", MESSAGE)],
    }


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the triggers in a database of `vendor`."""
    if vendor == "postgresql":
        return [statement for verb in refused(vendor) for statement in _postgresql(verb)] + [
            f"""CREATE FUNCTION {_name("truncate")}() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF {IS_SHUT} THEN
                        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NULL;
                END $$""",
            f"""CREATE TRIGGER {_name("truncate")} BEFORE TRUNCATE ON {TABLE}
                FOR EACH STATEMENT EXECUTE FUNCTION {_name("truncate")}()""",
        ]
    return [
        f"CREATE TRIGGER {_name(verb)}_{rank} BEFORE {verb} ON {TABLE} WHEN {IS_SHUT} AND ({condition})"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for verb, rules in refused(vendor).items()
        for rank, (condition, message) in enumerate(rules)
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the triggers, for a migration that rebuilds the table; `guard` restores them."""
    if vendor == "postgresql":
        names = [_name(verb) for verb in (*refused(vendor), "truncate")]
        return [
            statement for name in names for statement in (f"DROP TRIGGER {name} ON {TABLE}", f"DROP FUNCTION {name}()")
        ]
    return [
        f"DROP TRIGGER {_name(verb)}_{rank}" for verb, rules in refused(vendor).items() for rank in range(len(rules))
    ]


def _name(verb: str) -> str:
    return f"{TABLE}_{verb.lower()}"


def _postgresql(verb: str) -> list[str]:
    name, row = _name(verb), "OLD" if verb == "DELETE" else "NEW"
    checks = "".join(
        f" IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        for condition, message in refused("postgresql")[verb]
    )
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {IS_SHUT} THEN {checks} END IF;
                RETURN {row};
            END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
