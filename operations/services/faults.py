"""Reporting of errors: from the process to the database, then to the operator by mail, once an hour at most."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from common import faults
from operations.models import Fault
from operations.notifications import FaultsHappened

logger = logging.getLogger(__name__)

PAUSE = timedelta(hours=1)
RETENTION = timedelta(days=90)


def has_error_recipient() -> bool:
    """Returns whether errors are reported to a person, by Sentry or by mail."""
    return bool(settings.SENTRY_DSN or settings.OPERATOR_EMAIL)


def store() -> int:
    """Stores the errors counted by this process; returns the number of distinct ones.

    Called outside of transactions. Errors that cannot be stored remain in the process for the next call.
    """
    waiting = faults.take()
    for index, counted in enumerate(waiting):
        try:
            with transaction.atomic():
                _add(counted)
        except Error as error:
            for unsaved in waiting[index:]:
                faults.add(unsaved)
            logger.warning("errors wait until the database takes them: %s", type(error).__name__)
            return index
    return len(waiting)


def _add(error: faults.CountedError) -> None:
    new = {
        "kind": error.kind[:120],
        "place": error.place[:200],
        "asked": error.asked[:120],
        "request_id": error.request_id[:64],
        "first_at": error.first_at,
        "last_at": error.last_at,
        "count": error.count,
    }
    _fault, is_new = Fault.objects.get_or_create(fingerprint=error.fingerprint, defaults=new)
    if not is_new:
        Fault.objects.filter(fingerprint=error.fingerprint).update(
            count=F("count") + error.count,
            last_at=Greatest(F("last_at"), error.last_at),
            request_id=error.request_id[:64],
        )


@transaction.atomic
def report(*, now: datetime) -> str:
    """Plans a mail to the operator about unreported errors, at most once an hour.

    Returns a summary for the tick.
    """
    if settings.SENTRY_DSN or not settings.OPERATOR_EMAIL:
        return ""
    last = Fault.objects.aggregate(last=Max("told_at"))["last"]
    if last and last - PAUSE < now < last + PAUSE:
        return ""
    unreported = list(Fault.objects.select_for_update().filter(count__gt=F("told_count")))
    if not unreported:
        return ""
    FaultsHappened(unreported, now=now).send(now=now)
    for fault in unreported:
        Fault.objects.filter(pk=fault.pk).update(told_count=fault.count, told_at=now)
    return f"{len(unreported)} errors reported"


def forget(*, now: datetime) -> int:
    """Deletes errors not seen for three months; returns their number (`operations.personal_data`)."""
    return Fault.objects.filter(last_at__lt=now - RETENTION).delete()[0]
