"""SQL of the triggers that protect adopted work programmes, for both databases.

Once a programme is adopted, rows cannot be added, changed or deleted for its year, its ballot, the topics of the
ballot, its priorities and their points. The introduction, the objectives of the priorities and the order of rows
(written by Wagtail at each save) stay editable. The switch is that of the register (`_register_guard.py`).

Frozen with its migration. A later migration that alters one of these tables calls `unguard` first, and creates its
own guard: SQLite rebuilds altered tables without their triggers.
"""

from committee.migrations._register_guard import IS_OPEN

MESSAGE = "An adopted work programme is neither changed nor deleted."

PROGRAMME = ("id", "year", "poll_id", "adopted_at")
ROWS = {"priority": ("id", "programme_id", "topic_id", "score"), "ballottopic": ("id", "programme_id", "topic_id", "choice_id")}
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}


def _changed(vendor: str, names: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"NEW.{name} {DIFFERS[vendor]} OLD.{name}" for name in names) + ")"


def _of_adopted(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM committee_workprogramme p"
        f" WHERE p.id = {row}.programme_id AND p.adopted_at IS NOT NULL)"
    )


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, for each table and verb, the condition under which a row is refused."""
    found = {
        ("workprogramme", "UPDATE"): f"OLD.adopted_at IS NOT NULL AND {_changed(vendor, PROGRAMME)}",
        ("workprogramme", "DELETE"): "OLD.adopted_at IS NOT NULL",
    }
    if vendor == "sqlite":
        # `INSERT OR REPLACE` deletes the conflicting row without firing delete triggers.
        found["workprogramme", "INSERT"] = (
            "EXISTS (SELECT 1 FROM committee_workprogramme p WHERE p.adopted_at IS NOT NULL"
            " AND (p.id = NEW.id OR p.year = NEW.year OR p.poll_id = NEW.poll_id))"
        )
    for table, names in ROWS.items():
        found[table, "INSERT"] = _of_adopted("NEW")
        found[table, "UPDATE"] = f"({_of_adopted('OLD')} OR {_of_adopted('NEW')}) AND {_changed(vendor, names)}"
        found[table, "DELETE"] = _of_adopted("OLD")
    if vendor == "sqlite":
        for table, unique in (("priority", ""), ("ballottopic", " OR o.choice_id = NEW.choice_id")):
            found[table, "INSERT"] += (
                f" OR EXISTS (SELECT 1 FROM committee_{table} o JOIN committee_workprogramme p ON p.id = o.programme_id"
                f" WHERE p.adopted_at IS NOT NULL AND (o.id = NEW.id{unique}))"
            )
    return found


def guard(vendor: str) -> list[str]:
    """Returns the statements that protect adopted programmes in a database of `vendor`."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON committee_{table}"
            f" WHEN NOT {IS_OPEN} AND ({condition}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for (table, verb), condition in refused(vendor).items()
        ]
    adopted = "EXISTS (SELECT 1 FROM committee_workprogramme WHERE adopted_at IS NOT NULL)"
    return [
        statement
        for (table, verb), condition in [
            *refused(vendor).items(),
            *(((table, "TRUNCATE"), adopted) for table in ("workprogramme", *ROWS)),
        ]
        for statement in _postgresql(table, verb, condition)
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that remove the guard."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {_name(table, verb)}" for table, verb in refused(vendor)]
    return [
        statement
        for table, verb in [*refused(vendor), *((table, "TRUNCATE") for table in ("workprogramme", *ROWS))]
        for statement in (
            f"DROP TRIGGER {_name(table, verb)} ON committee_{table}",
            f"DROP FUNCTION {_name(table, verb)}()",
        )
    ]


def _name(table: str, verb: str) -> str:
    return f"committee_{table}_{verb.lower()}"


def _postgresql(table: str, verb: str, condition: str) -> list[str]:
    name = _name(table, verb)
    row, each = {"DELETE": ("OLD", "ROW"), "TRUNCATE": ("NULL", "STATEMENT")}.get(verb, ("NEW", "ROW"))
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT {IS_OPEN} AND ({condition}) THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {row};
            END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON committee_{table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]
