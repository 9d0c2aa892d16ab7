"""Rate limits, counted in a table from which rows are deleted only by expiry.

A cache could lose counts (evicted in a flood), and is not needed: limits hold when Redis is down. IP and e-mail
addresses are stored as keyed hashes, until the period ends.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import TypeAlias

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from common.audit import Act, record_act
from common.errors import NetworkBusy, TooManyMails, TooManyRequests, TooManyTries
from common.models import Count
from common.networks import network_of

# High, since many people share the address of a library or a workshop.
TEXTS_PER_NETWORK_AND_HOUR = 60
# Requests to the API (docs/api.md).
REQUESTS_PER_NETWORK_AND_MINUTE = 120
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Limits per network, per e-mail address and network ("both"), per e-mail address: {seconds: number}.
Limits: TypeAlias = dict[str, dict[int, int]]
# Mails that anyone can trigger to an address: codes, and confirmations of invitations and of the digest. A single
# network cannot exhaust the limit of an address, so that its owner still gets a code.
MAILS_PER_NETWORK = {HOUR: 100}
MAILS_PER_ADDRESS_AND_NETWORK = {HOUR: 6, DAY: 20}
MAILS_PER_ADDRESS = {HOUR: 30, DAY: 100}
# Password attempts, limited for guessing from one network or from many. Sign-in by code remains possible.
PASSWORDS: Limits = {"network": {60: 30, HOUR: 300}, "both": {300: 5, DAY: 100}, "address": {HOUR: 30, DAY: 100}}


def allow(action: str, who: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Counts `action` of `who` (see `count`); returns whether it is within `limit`. Logs a refusal in the audit log."""
    is_within = count(action, who, limit=limit, seconds=seconds, now=now)
    if not is_within:
        record_act(Act.LIMIT_REACHED, refused=True, details=action)
    return is_within


def count(action: str, who: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Counts `action` of `who`, for `seconds` from the first one on; returns whether it is within `limit`.

    Above the limit nothing is counted or written. A single conditional UPDATE counts, so that concurrent actions cannot
    exceed `limit`.
    """
    key = _key(action, who)
    rows = Count.objects.filter(key=key)
    # Common case first: one query.
    if rows.filter(ends_at__gt=now, count__lt=limit).update(count=F("count") + 1):
        return True
    row = rows.first()
    if row and row.ends_at <= now:
        rows.filter(ends_at__lte=now).delete()
        row = None
    if row and row.count >= limit:
        return False
    if row is None:
        Count.objects.bulk_create([Count(key=key, ends_at=now + timedelta(seconds=seconds))], ignore_conflicts=True)
    return bool(rows.filter(count__lt=limit).update(count=F("count") + 1))


def forgive(action: str, who: str) -> None:
    """Resets the count of `action` of `who`, after a success."""
    Count.objects.filter(key=_key(action, who)).delete()


@transaction.atomic
def throttle_mail(request: HttpRequest, email: str, now: datetime) -> None:
    """Counts a mail to `email` triggered by anyone. Raises `TooManyMails`; the mail is then not counted.

    Called by every page that sends a mail to a given address, so that they share one limit.
    """
    limits = {"network": MAILS_PER_NETWORK, "both": MAILS_PER_ADDRESS_AND_NETWORK, "address": MAILS_PER_ADDRESS}
    if not _within_each("mail", request, email, now, limits):
        raise TooManyMails


@transaction.atomic
def throttle_password(request: HttpRequest, email: str, now: datetime) -> None:
    """Counts an attempt of the password of `email`, before it is checked. Raises `TooManyTries` without counting it."""
    if not _within_each("password", request, email, now, PASSWORDS):
        raise TooManyTries


def forgive_passwords(request: HttpRequest, email: str) -> None:
    """Resets the attempts for `email` from the network of `request`, after a correct password.

    The count of the network is kept: otherwise an attacker could reset it with an account of their own.
    """
    for seconds in PASSWORDS["both"]:
        forgive(f"password.both.{seconds}", f"{email.strip().lower()} {network_of(request)}")


def _within_each(what: str, request: HttpRequest, email: str, now: datetime, limits: Limits) -> bool:
    """Counts `what` for the network, for both and for `email`, in this order; stops at the first refusal."""
    network, address = network_of(request), email.strip().lower()
    who = {"network": network, "both": f"{address} {network}", "address": address}
    return all(
        allow(f"{what}.{part}.{seconds}", who[part], limit=limit, seconds=seconds, now=now)
        for part in who
        for seconds, limit in limits[part].items()
    )


def forget_counts(*, now: datetime) -> int:
    """Deletes expired counts; returns the number."""
    return Count.objects.filter(ends_at__lte=now).delete()[0]


def throttle(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or `what`, from the network of `request`. Raises `NetworkBusy` above the limit."""
    if not allow(what, network_of(request), limit=TEXTS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now):
        raise NetworkBusy


def throttle_requests(request: HttpRequest, now: datetime) -> None:
    """Counts an API request from the network of `request`. Raises `TooManyRequests` with the waiting time."""
    network = network_of(request)
    if not allow("request", network, limit=REQUESTS_PER_NETWORK_AND_MINUTE, seconds=MINUTE, now=now):
        ends_at = Count.objects.filter(key=_key("request", network)).values_list("ends_at", flat=True).first()
        raise TooManyRequests(seconds=ceil((ends_at - now).total_seconds()) if ends_at else 1)


def _key(action: str, who: str) -> str:
    return salted_hmac("common.limits", f"{action}:{who}", algorithm="sha256").hexdigest()
