"""Bounces: meaning of enhanced status codes (RFC 3463), and suppression of addresses."""

from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from mailing.models import Bounce, Message, Suppression
from mailing.services import email_hashes, suppress

# This number of bounces within `MEMORY` suppresses the address for batches.
MAX_BOUNCES = 3
MEMORY = timedelta(days=180)


class BounceCause(Enum):
    """Cause of a permanent failure."""

    UNKNOWN = "there is no such mailbox"
    ADDRESS = "the mailbox, for some other reason: full, closed, moved"
    POLICY = "us: the server wants no mail of ours"
    MAIL = "this mail or this server: the address is not to blame"


def about(status: str) -> BounceCause:
    """Returns the cause given by the code `status`; an empty code counts as 5.0.0."""
    if status in ("5.1.1", "5.1.10"):
        return BounceCause.UNKNOWN
    match status.split(".")[1:2]:
        case ["7"]:
            return BounceCause.POLICY
        case ["3" | "5" | "6"]:
            return BounceCause.MAIL
        case _:
            return BounceCause.ADDRESS


@transaction.atomic
def note(*, message: Message, status: str, now: datetime) -> BounceCause:
    """Records a permanent failure, once per mail; suppresses the address if it is conclusive."""
    cause = about(status)
    if cause in (BounceCause.POLICY, BounceCause.MAIL):
        return cause
    digest = email_hashes(message.to_email)[0]
    Bounce.objects.get_or_create(message=message, defaults={"email_hash": digest, "status": status, "at": now})
    if cause == BounceCause.UNKNOWN:
        suppress(email=message.to_email, reason=Suppression.Reason.HARD_BOUNCE, now=now)
    elif _bounces_of(message.to_email, now) >= MAX_BOUNCES:
        suppress(email=message.to_email, reason=Suppression.Reason.BOUNCES, now=now)
    return cause


def _bounces_of(email: str, now: datetime) -> int:
    """Returns the number of recent bounces of `email` since its last suppression was lifted."""
    return Bounce.objects.filter(email_hash__in=email_hashes(email), at__gt=now - MEMORY).count()
