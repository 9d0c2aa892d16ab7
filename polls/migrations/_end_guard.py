"""SQL triggers, for both databases, that refuse additions to a closed poll.

No answer, participation or agent entry is added after the end, so that turnout and quorum stay as they were. Entries
are not deleted or moved either, since the turnout excludes their answers. Completes `_vote_guard`, and is likewise
frozen with the migration that uses it.
"""

from polls.migrations import _vote_guard as votes


def _poll_is_over(vendor: str) -> str:
    return f"EXISTS (SELECT 1 FROM polls_poll p WHERE p.id = NEW.poll_id AND {votes.NOW_OVER[vendor]})"


def refused(vendor: str) -> dict[tuple[str, str], str]:
    """Returns, by table and operation, the condition under which a row is refused."""
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
    """Returns the statements that create this guard in a database of `vendor`."""
    make = votes._postgresql if vendor == "postgresql" else votes._sqlite
    return [
        statement
        for (table, verb), condition in refused(vendor).items()
        for statement in make(table, verb, f"NOT EXISTS (SELECT 1 FROM {votes.SWITCH} WHERE is_open) AND ({condition})")
    ]


def unguard(vendor: str) -> list[str]:
    """Returns the statements that drop this guard, for a migration that must rebuild a table."""
    names = [(table, votes._name(table, verb)) for table, verb in refused(vendor)]
    if vendor == "postgresql":
        return [
            statement
            for table, name in names
            for statement in (f"DROP TRIGGER {name} ON polls_{table}", f"DROP FUNCTION {name}()")
        ]
    return [f"DROP TRIGGER {name}" for _table, name in names]
