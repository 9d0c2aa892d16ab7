"""End of the polls of the demonstration, set after their answers: the database adds none to a poll that is over."""

from datetime import datetime, timedelta

from polls.models import Poll


def not_over(ends_at: datetime, *, now: datetime) -> datetime:
    """Returns the end of a poll until its answers are there: `ends_at`, or tomorrow where that is past."""
    return max(ends_at, now + timedelta(days=1))


def end(poll: Poll, ends_at: datetime) -> None:
    """Gives `poll`, whose answers are there, its end."""
    poll.closes_at = ends_at
    poll.save(update_fields=["closes_at"])
