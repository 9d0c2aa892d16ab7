"""Turns: what one process does at a time, whichever process it is; in the database, so that all of them know."""

from datetime import datetime, timedelta

from common.models import Turn


def take(key: str, *, now: datetime, hold: timedelta) -> datetime | None:
    """Takes the turn `key`, until it is given back and for `hold` at most; returns until when, None if it is not free.

    One conditional UPDATE takes it: of those that come at the same moment, one gets it. Who is killed holds it no
    longer than `hold`.
    """
    until = now + hold
    turn = Turn.objects.filter(key=key)
    for _try in range(2):
        if turn.filter(free_at__lte=now).update(free_at=until):
            return until
        if turn.exists():
            return None
        Turn.objects.bulk_create([Turn(key=key, free_at=now)], ignore_conflicts=True)
    return None


def give_back(key: str, *, held_until: datetime, free_at: datetime) -> None:
    """Gives the turn to whoever comes first from `free_at` on, if it is still the one that was taken."""
    Turn.objects.filter(key=key, free_at=held_until).update(free_at=free_at)


def free(key: str, *, now: datetime) -> None:
    """Takes the turn `key` from whoever has it: the thing is to be done again."""
    Turn.objects.filter(key=key, free_at__gt=now).update(free_at=now)


def free_at(key: str) -> datetime | None:
    """When the turn `key` is free; None if nobody ever took it."""
    return Turn.objects.filter(key=key).values_list("free_at", flat=True).first()


def forget(*, now: datetime) -> int:
    """Deletes the turns that have been free for a day; returns how many."""
    return Turn.objects.filter(free_at__lte=now - timedelta(days=1)).delete()[0]
