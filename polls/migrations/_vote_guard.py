"""SQL triggers, for both databases, that keep an answered poll unchanged.

Its questions, choices, texts and rules cannot change, nor can any answer; the end can be moved, and nominative answers
changed, only before the end. A participation can only lose its account (deleted user). A one-row switch table disables
the triggers; only the test settings use it, since tests must empty their tables.

Frozen with the migration that uses it. A later migration that alters one of these tables first drops this guard
(`unguard`) and then creates its own: SQLite rebuilds altered tables without their triggers.
"""

SWITCH = "polls_vote_switch"
MESSAGE = "A vote that has begun is neither changed nor deleted."

MAKE_SWITCH = [
    f"CREATE TABLE {SWITCH} (id integer PRIMARY KEY CHECK (id = 1), is_open boolean NOT NULL)",
    f"INSERT INTO {SWITCH} (id, is_open) VALUES (1, false)",
]
DROP_SWITCH = [f"DROP TABLE {SWITCH}"]

# SQL condition `{over}`: the poll `p` is over.
NOW_OVER = {
    "postgresql": "p.closes_at <= clock_timestamp()",
    "sqlite": "julianday(p.closes_at) <= julianday('now')",
}
DIFFERS = {"postgresql": "IS DISTINCT FROM", "sqlite": "IS NOT"}
SETTLED = (
    *("id", "title", "slug", "introduction", "is_draft", "opens_at", "audience", "ballot", "results_shown"),
    *("quorum", "required_share"),
)


def _changed(vendor: str, *names: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} {DIFFERS[vendor]} OLD.{name}" for name in names) + ")"


def _answered(poll: str) -> str:
    return f"EXISTS (SELECT 1 FROM polls_participation a WHERE a.poll_id = {poll})"


def _answered_question(question: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM polls_question q JOIN polls_participation a ON a.poll_id = q.poll_id"
        f" WHERE q.id = {question})"
    )


def _is_over(vendor: str, question: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM polls_question q JOIN polls_poll p ON p.id = q.poll_id"
        f" WHERE q.id = {question} AND {NOW_OVER[vendor]})"
    )


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, by table and operation, the condition under which a row is refused."""
    over = f"EXISTS (SELECT 1 FROM polls_poll p WHERE p.id = OLD.id AND {NOW_OVER[vendor]})"
    settled, end = _changed(vendor, *SETTLED), _changed(vendor, "closes_at")
    found = {
        ("poll", "UPDATE"): f"{_answered('OLD.id')} AND ({settled} OR ({end} AND {over}))",
        ("poll", "DELETE"): _answered("OLD.id"),
        ("participation", "UPDATE"): (
            f"{_changed(vendor, 'id', 'poll_id', 'voice')} OR (NEW.user_id IS NOT NULL AND {_changed(vendor, 'user_id')})"
        ),
        ("participation", "DELETE"): "true",
        ("nominativeanswer", "UPDATE"): (
            f"{_changed(vendor, 'id', 'participation_id', 'question_id')} OR {_is_over(vendor, 'OLD.question_id')}"
        ),
        ("nominativeanswer", "DELETE"): "true",
        ("secrettally", "UPDATE"): f"{_changed(vendor, 'id', 'question_id')} OR {_is_over(vendor, 'OLD.question_id')}",
        ("secrettally", "DELETE"): "true",
    }
    for table, column, answered in (
        ("question", "poll_id", _answered),
        ("choice", "question_id", _answered_question),
    ):
        old, new = answered(f"OLD.{column}"), answered(f"NEW.{column}")
        found |= {(table, "INSERT"): new, (table, "UPDATE"): f"{old} OR {new}", (table, "DELETE"): old}
    return found


def guard(vendor: str) -> list[str]:
    """Returns the statements that create the vote guard in a database of `vendor`."""
    make = _postgresql if vendor == "postgresql" else _sqlite
    return [
        statement
        for (table, verb), condition in refused(vendor).items()
        for statement in make(table, verb, f"NOT EXISTS (SELECT 1 FROM {SWITCH} WHERE is_open) AND ({condition})")
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop the guard, for a migration that must rebuild a table."""
    names = [(table, _name(table, verb)) for table, verb in refused(vendor)]
    if vendor == "postgresql":
        return [
            statement
            for table, name in names
            for statement in (f"DROP TRIGGER {name} ON polls_{table}", f"DROP FUNCTION {name}()")
        ]
    return [f"DROP TRIGGER {name}" for _table, name in names]


def _name(table: str, verb: str) -> str:
    return f"polls_vote_{table}_{verb.lower()}"


def _sqlite(table: str, verb: str, condition: str) -> list[str]:
    return [
        f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON polls_{table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ]


def _postgresql(table: str, verb: str, condition: str) -> list[str]:
    name, row = _name(table, verb), "OLD" if verb == "DELETE" else "NEW"
    return [
        f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {condition} THEN
                    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {row};
            END $$""",
        f"CREATE TRIGGER {name} BEFORE {verb} ON polls_{table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
