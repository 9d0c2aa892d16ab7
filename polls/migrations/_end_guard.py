"""What the database itself refuses of a poll that is over, as SQL for both databases: whatever would add to it.

Neither an answer nor a participation nor the entry of an agent is added after the end: turnout and quorum stay as they
were. An entry is not deleted or moved either, for the turnout leaves those answers out. Completes `_vote_guard`, and is
frozen with the migration that uses it in the same way.
"""

from polls.migrations import _vote_guard as votes


def _poll_is_over(vendor: str) -> str:
    return f"EXISTS (SELECT 1 FROM polls_poll p WHERE p.id = NEW.poll_id AND {votes.NOW_OVER[vendor]})"


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, for each table and verb, the condition under which a row is refused."""
    question_is_over = votes._is_over(vendor, "NEW.question_id")
    return {
        ("participation", "INSERT"): _poll_is_over(vendor),
        ("nominativeanswer", "INSERT"): question_is_over,
        ("secrettally", "INSERT"): question_is_over,
        ("secrettexts", "INSERT"): question_is_over,
        ("agententry", "INSERT"): _poll_is_over(vendor),
        ("agententry", "UPDATE"): votes._changed(vendor, "id", "participation_id", "poll_id"),
        ("agententry", "DELETE"): "true",
    }


def guard(vendor: str) -> list[str]:
    """Returns the statements that guard the ends of polls in a database of `vendor`."""
    make = votes._postgresql if vendor == "postgresql" else votes._sqlite
    return [
        statement
        for (table, verb), condition in refused(vendor).items()
        for statement in make(table, verb, f"NOT EXISTS (SELECT 1 FROM {votes.SWITCH} WHERE is_open) AND ({condition})")
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that take this guard away, for a migration that must rebuild a table."""
    names = [(table, votes._name(table, verb)) for table, verb in refused(vendor)]
    if vendor == "postgresql":
        return [
            statement
            for table, name in names
            for statement in (f"DROP TRIGGER {name} ON polls_{table}", f"DROP FUNCTION {name}()")
        ]
    return [f"DROP TRIGGER {name}" for _table, name in names]
