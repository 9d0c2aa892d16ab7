"""SQL triggers, for both databases, that protect free-text answers to a poll.

No text is added once the poll is over, and no row is deleted. All texts of a question can then be removed at once,
since they are kept only until they are coded. Frozen with the migration that uses it, like `_vote_guard`.
"""

from polls.migrations import _vote_guard as votes

TABLE = "secrettexts"
EMPTY = {"postgresql": "'[]'::jsonb", "sqlite": "'[]'"}


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, by table and operation, the condition under which a row is refused."""
    moved = votes._changed(vendor, "id", "question_id")
    over = f"{votes._is_over(vendor, 'OLD.question_id')} AND NEW.texts <> {EMPTY[vendor]}"
    return {(TABLE, "UPDATE"): f"{moved} OR ({over})", (TABLE, "DELETE"): "true"}


def guard(vendor: str) -> list[str]:
    make = votes._postgresql if vendor == "postgresql" else votes._sqlite
    return [
        statement
        for (table, verb), condition in refused(vendor).items()
        for statement in make(table, verb, f"NOT EXISTS (SELECT 1 FROM {votes.SWITCH} WHERE is_open) AND ({condition})")
    ]


def unguard(vendor: str) -> list[str]:
    names = [votes._name(table, verb) for table, verb in refused(vendor)]
    if vendor == "postgresql":
        return [
            statement
            for name in names
            for statement in (f"DROP TRIGGER {name} ON polls_{TABLE}", f"DROP FUNCTION {name}()")
        ]
    return [f"DROP TRIGGER {name}" for name in names]
