"""Erasure of accounts that were never verified, and of unused accounts after two warnings by mail."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import InactivityWarning, User
from accounts.notifications import ErasureNear
from accounts.queries import left_alone
from common.retention import erase_each
from mailing.models import Message

logger = logging.getLogger(__name__)

FIRST, SECOND = InactivityWarning.BEFORE
# Maximum number of accounts per run.
AT_ONCE = 100
# The warning was sent, or the address refuses it permanently: nothing more can be done.
WARNING_SENT = Q(message=None) | Q(message__state__in=[Message.State.SENT, Message.State.BOUNCED, Message.State.FAILED])
WARNING_NOT_SENT = Q(message__state__in=[Message.State.EXPIRED, Message.State.CANCELLED])


def erase_unproved(*, now: datetime) -> int:
    """Erases accounts opened at least a week ago whose address was never verified; returns their number."""
    accounts = User.objects.unproved(now - User.PROOF_DELAY)
    return _erase(accounts)


def erase_unused(*, now: datetime) -> int:
    """Warns the owners of accounts unused for nearly two years, twice, then erases them; returns the number erased.

    A sign-in, a seat, a permission or a subscription to the digest stops this at any step. A user whose warning was not
    sent is warned again. Accounts with rights are kept, and listed on the page of the data-protection officer.
    """
    unused = left_alone(since=now - User.UNUSED_LIFE, now=now).without_rights()
    nearly = left_alone(since=now - User.UNUSED_LIFE + InactivityWarning.BEFORE[FIRST], now=now).without_rights()
    InactivityWarning.objects.exclude(user__in=nearly.values("pk")).delete()
    unsent_warnings = InactivityWarning.objects.filter(WARNING_NOT_SENT)
    InactivityWarning.objects.filter(user__in=list(unsent_warnings.values_list("user", flat=True))).delete()
    pause = InactivityWarning.BEFORE[FIRST] - InactivityWarning.BEFORE[SECOND]
    warned_once = nearly.filter(pk__in=_warned(FIRST, before=now - pause))
    _warn(warned_once.exclude(inactivity_warnings__number=SECOND), SECOND, now)
    _warn(nearly.exclude(inactivity_warnings__number=FIRST), FIRST, now)
    return _erase(unused.filter(pk__in=_warned(SECOND, before=now - InactivityWarning.BEFORE[SECOND])))


def _warned(number: int, *, before: datetime) -> QuerySet[Any]:
    """Returns the primary keys of the accounts whose warning `number` was sent before `before`."""
    return InactivityWarning.objects.filter(WARNING_SENT, number=number, sent_at__lte=before).values("user")


def _warn(accounts: QuerySet[User], number: int, now: datetime) -> None:
    due_at = now + InactivityWarning.BEFORE[number]
    for user in accounts.order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            (message,) = ErasureNear(user, due_at).send(now=now).values()
            InactivityWarning.objects.create(user=user, number=number, sent_at=now, message_id=message)
        logger.info("the account %d was warned that it will be erased (%d)", user.pk, number)


def _erase(accounts: QuerySet[User]) -> int:
    """Erases up to `AT_ONCE` of `accounts`, each in its own transaction, after checking again that it qualifies."""
    pks = list(accounts.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return erase_each(pks, partial(_erase_one, accounts), what="account")


def _erase_one(accounts: QuerySet[User], key: int) -> bool:
    # A concurrent sign-in or verification writes to one of these rows first.
    user = User.objects.select_for_update().filter(pk=key).first()
    if user is None:
        # Another tick has just erased it.
        return False
    list(user.emailaddress_set.select_for_update())
    if not accounts.filter(pk=key).exists():
        return False
    user.delete()
    logger.info("the account %d was erased", key)
    return True
