"""Errors reach somebody: from the process into the database, and from there to the operator, once an hour at most."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from common import faults
from operations.models import Fault
from operations.notifications import FaultsHappened

logger = logging.getLogger(__name__)

PAUSE = timedelta(hours=1)
KEPT = timedelta(days=90)


def somebody_is_told() -> bool:
    """Says whether an error of the site reaches a person: by Sentry, or by the mail that `tell` sends."""
    return bool(settings.SENTRY_DSN or settings.OPERATOR_EMAIL)


def store() -> int:
    """Writes into the database what this process has counted since; returns how many different errors.

    Called outside of any transaction. What the database does not take stays in the process, for the next time.
    """
    waiting = faults.take()
    for number, seen in enumerate(waiting):
        try:
            with transaction.atomic():
                _add(seen)
        except DatabaseError as error:
            for left in waiting[number:]:
                faults.add(left)
            logger.warning("errors wait until the database takes them: %s", type(error).__name__)
            return number
    return len(waiting)


def _add(seen: faults.Seen) -> None:
    new = {
        "kind": seen.kind[:120],
        "place": seen.place[:200],
        "asked": seen.asked[:120],
        "request_id": seen.request_id[:64],
        "first_at": seen.first_at,
        "last_at": seen.last_at,
        "count": seen.count,
    }
    _fault, is_new = Fault.objects.get_or_create(fingerprint=seen.fingerprint, defaults=new)
    if not is_new:
        Fault.objects.filter(fingerprint=seen.fingerprint).update(
            count=F("count") + seen.count,
            last_at=Greatest(F("last_at"), seen.last_at),
            request_id=seen.request_id[:64],
        )


@transaction.atomic
def tell(*, now: datetime) -> str:
    """Puts one mail to the operator into the outbox about what nobody was told of; nothing within an hour of the last.

    Returns a word for the tick.
    """
    if settings.SENTRY_DSN or not settings.OPERATOR_EMAIL:
        return ""
    last = Fault.objects.aggregate(last=Max("told_at"))["last"]
    if last and last - PAUSE < now < last + PAUSE:
        return ""
    untold = list(Fault.objects.select_for_update().filter(count__gt=F("told_count")))
    if not untold:
        return ""
    FaultsHappened(untold, now=now).send(now=now)
    for fault in untold:
        Fault.objects.filter(pk=fault.pk).update(told_count=fault.count, told_at=now)
    return f"told of {len(untold)} errors"


def forget(*, now: datetime) -> int:
    """Deletes errors that have not come for three months; returns how many (`operations.retention`)."""
    return Fault.objects.filter(last_at__lt=now - KEPT).delete()[0]
