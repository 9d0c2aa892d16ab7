"""Locks shared by all processes, stored in the database."""

from datetime import datetime, timedelta

from common.models import Turn


def acquire(key: str, *, now: datetime, hold: timedelta) -> datetime | None:
    """Acquires the lock `key` for at most `hold`; returns its expiry, or None if it is not available.

    A single conditional UPDATE, so that one of several concurrent processes gets it. A killed process holds it until
    the expiry.
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


def release(key: str, *, held_until: datetime, available_at: datetime) -> None:
    """Releases the lock, available from `available_at` on, unless another process has acquired it since."""
    Turn.objects.filter(key=key, free_at=held_until).update(free_at=available_at)


def free(key: str, *, now: datetime) -> None:
    """Makes the lock `key` available, whoever holds it."""
    Turn.objects.filter(key=key, free_at__gt=now).update(free_at=now)


def available_at(key: str) -> datetime | None:
    """Returns the time from which the lock `key` is available; None if it was never acquired."""
    return Turn.objects.filter(key=key).values_list("free_at", flat=True).first()


def forget(*, now: datetime) -> int:
    """Deletes the locks available for more than a day; returns the number."""
    return Turn.objects.filter(free_at__lte=now - timedelta(days=1)).delete()[0]
