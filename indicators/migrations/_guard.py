"""Triggers that protect the indicators of the committee, as SQL for both databases.

Values and adoptions are append-only, except that the account that recorded them can be set to NULL. A correction has
the same indicator and period as the value that it replaces. The terms of an adopted indicator equal those of an
adoption, and it never becomes a proposal again. The switch, a table of one row, disables the triggers; only the
settings of the tests use it, to empty the tables.

Frozen with the migration that uses it. A later migration that changes one of these tables first calls `unguard` and
then installs a guard of its own: SQLite rebuilds an altered table without its triggers.
"""

SWITCH = "indicators_switch"
MESSAGE = "Values of indicators and what was adopted are only added, neither changed nor deleted."

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

TERMS = (
    *("question", "unit", "better", "frequency", "baseline", "baseline_on", "target", "target_on"),
    *("method", "source_name", "source_url"),
)
SOURCE = ("source_url", "source_title", "source_seen_on", "recorded_at", "published_at")
STORED = {
    "measurement": (
        *("id", "indicator_id", "period", "value", "base", "note", "query", "replaces_id", "reason"),
        *SOURCE,
    ),
    "adoption": ("id", "indicator_id", "session_id", "reason", "recorded_at", *TERMS),
}
SAME = {"postgresql": "IS NOT DISTINCT FROM", "sqlite": "IS"}
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}


def _changed(vendor: str, names: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"NEW.{name} {DIFFERS[vendor]} OLD.{name}" for name in names) + ")"


def _found(table: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM indicators_{table} m WHERE {condition})"


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, for each table and SQL verb, the condition that refuses a row."""
    said = " AND ".join(f"m.{name} {SAME[vendor]} NEW.{name}" for name in (*TERMS, "session_id"))
    not_adopted = f"NOT {_found('adoption', f'm.indicator_id = NEW.id AND {said}')}"
    other_thing = "m.id = NEW.replaces_id AND m.indicator_id = NEW.indicator_id AND m.period = NEW.period"
    found = {
        ("indicator", "INSERT"): "NEW.state = 'adopted'",
        ("indicator", "UPDATE"): (
            f"NEW.id <> OLD.id OR OLD.state <> 'proposed' AND (NEW.state = 'proposed' OR NEW.slug <> OLD.slug)"
            f" OR (NEW.state = 'adopted' OR OLD.state <> 'proposed' AND {_changed(vendor, TERMS)}) AND {not_adopted}"
        ),
        ("indicator", "DELETE"): "OLD.state <> 'proposed'",
        ("measurement", "INSERT"): f"NEW.replaces_id IS NOT NULL AND NOT {_found('measurement', other_thing)}",
    }
    for table, names in STORED.items():
        who = _changed(vendor, ("recorded_by_id",))
        found[table, "UPDATE"] = f"{_changed(vendor, names)} OR NEW.recorded_by_id IS NOT NULL AND {who}"
        found[table, "DELETE"] = "true"
    if vendor == "sqlite":
        # `INSERT OR REPLACE` deletes conflicting rows without firing the triggers of deletions.
        in_the_way = {
            "indicator": "m.id = NEW.id OR m.slug = NEW.slug OR m.title = NEW.title",
            "adoption": "m.id = NEW.id OR m.indicator_id = NEW.indicator_id AND m.session_id = NEW.session_id",
            "measurement": (
                "m.id = NEW.id OR m.replaces_id = NEW.replaces_id OR m.indicator_id = NEW.indicator_id"
                " AND m.period = NEW.period AND m.replaces_id IS NULL AND NEW.replaces_id IS NULL"
            ),
        }
        for table, condition in in_the_way.items():
            other = found.get((table, "INSERT"))
            found[table, "INSERT"] = _found(table, condition) + (f" OR {other}" if other else "")
    return found


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the triggers in a database of `vendor`."""
    make = _postgresql if vendor == "postgresql" else _sqlite
    shut = f"NOT EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open)"
    made = [
        statement
        for (table, verb), condition in refused(vendor).items()
        for statement in make(table, verb, f"{shut} AND ({condition})")
    ]
    if vendor == "postgresql":
        made += [statement for table in STORED for statement in _against_truncate(table, shut)]
    return made


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the triggers, for a migration that rebuilds a table; `guard` restores them."""
    names = [(table, _name(table, verb)) for table, verb in refused(vendor)]
    if vendor == "postgresql":
        names += [(table, _name(table, "truncate")) for table in STORED]
        return [
            statement
            for table, name in names
            for statement in (f"DROP TRIGGER {name} ON indicators_{table}", f"DROP FUNCTION {name}()")
        ]
    return [f"DROP TRIGGER {name}" for _table, name in names]


def _name(table: str, verb: str) -> str:
    return f"indicators_{table}_{verb.lower()}"


def _sqlite(table: str, verb: str, condition: str) -> list[str]:
    return [
        f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON indicators_{table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ]


def _postgresql(table: str, verb: str, condition: str, each: str = "ROW") -> list[str]:
    name, row = _name(table, verb), "NULL" if each == "STATEMENT" else "OLD" if verb == "DELETE" else "NEW"
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {row};
            END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON indicators_{table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]


def _against_truncate(table: str, condition: str) -> list[str]:
    return _postgresql(table, "TRUNCATE", condition, each="STATEMENT")
