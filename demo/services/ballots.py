"""End of the polls of the demonstration, set after their answers: the database refuses answers to a closed poll."""

from datetime import datetime, timedelta

from polls.models import Poll


def not_over(ends_at: datetime, *, now: datetime) -> datetime:
    """Returns a temporary end of a poll, until its answers are saved: `ends_at`, or tomorrow if that is past."""
    return max(ends_at, now + timedelta(days=1))


def end(poll: Poll, ends_at: datetime) -> None:
    """Sets the end of `poll`, whose answers are saved."""
    poll.closes_at = ends_at
    poll.save(update_fields=["closes_at"])
