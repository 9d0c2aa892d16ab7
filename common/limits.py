"""Limits: how often somebody may do a thing, counted in a table of its own that only time empties.

No cache can forget a count (a flood of others would wipe it), and none is needed: limits hold when Redis is down. No IP
address and no e-mail is kept: a keyed hash is, until its time is over.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import TypeAlias

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from common.audit import Act, tell
from common.errors import NetworkBusy, TooManyMails, TooManyRequests, TooManyTries
from common.models import Count
from common.networks import network_of

# A library or a workshop has one address for many people.
TEXTS_PER_NETWORK_AND_HOUR = 60
# Of programs that read the API (docs/api.md).
REQUESTS_PER_NETWORK_AND_MINUTE = 120
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Of a network, of an address from it (both), of an address: seconds → how often.
Limits: TypeAlias = dict[str, dict[int, int]]
# Mails that anybody may have sent to an address: codes, and questions whether an invitation or the letter is wanted.
# One network cannot use up what an address gets: who is at home there still gets a code.
MAILS_PER_NETWORK = {HOUR: 100}
MAILS_PER_ADDRESS_AND_NETWORK = {HOUR: 6, DAY: 20}
MAILS_PER_ADDRESS = {HOUR: 30, DAY: 100}
# Tries of a password: a guesser is slow from one network, and from many. Who is kept out so still gets a code.
PASSWORDS: Limits = {"network": {60: 30, HOUR: 300}, "both": {300: 5, DAY: 100}, "address": {HOUR: 30, DAY: 100}}


def allow(action: str, who: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Counts one `action` of `who` (see `count`); returns whether that is within `limit`. The audit log hears a no."""
    is_within = count(action, who, limit=limit, seconds=seconds, now=now)
    if not is_within:
        tell(Act.LIMIT_REACHED, refused=True, details=action)
    return is_within


def count(action: str, who: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Counts one `action` of `who`, for `seconds` from the first one on; returns whether that is within `limit`.

    What is above the limit is not counted, and writes nothing. One conditional UPDATE counts: of those that come at the
    same moment, no more than `limit` are let through.
    """
    key = _key(action, who)
    counted = Count.objects.filter(key=key)
    # What happens nearly always, first: one query.
    if counted.filter(ends_at__gt=now, count__lt=limit).update(count=F("count") + 1):
        return True
    known = counted.first()
    if known and known.ends_at <= now:
        counted.filter(ends_at__lte=now).delete()
        known = None
    if known and known.count >= limit:
        return False
    if known is None:
        Count.objects.bulk_create([Count(key=key, ends_at=now + timedelta(seconds=seconds))], ignore_conflicts=True)
    return bool(counted.filter(count__lt=limit).update(count=F("count") + 1))


def forgive(action: str, who: str) -> None:
    """Forgets what was counted of `action` of `who`, who proved to be no guesser."""
    Count.objects.filter(key=_key(action, who)).delete()


@transaction.atomic
def throttle_mail(request: HttpRequest, email: str, now: datetime) -> None:
    """Counts a mail that somebody, known or not, has sent to `email`. Raises `TooManyMails`, then nothing is counted.

    Every page on which one writes an address that gets a mail asks here: one limit holds at each door.
    """
    limits = {"network": MAILS_PER_NETWORK, "both": MAILS_PER_ADDRESS_AND_NETWORK, "address": MAILS_PER_ADDRESS}
    if not _within_each("mail", request, email, now, limits):
        raise TooManyMails


@transaction.atomic
def throttle_password(request: HttpRequest, email: str, now: datetime) -> None:
    """Counts a try of the password of `email`, before it is read. Raises `TooManyTries`: nothing is counted then."""
    if not _within_each("password", request, email, now, PASSWORDS):
        raise TooManyTries


def forgive_passwords(request: HttpRequest, email: str) -> None:
    """Forgets the tries of the password of `email` from the network of `request`: it was the right one.

    Those of the network stay, or a guesser would come back with a right one of his own between two wrong ones.
    """
    for seconds in PASSWORDS["both"]:
        forgive(f"password.both.{seconds}", f"{email.strip().lower()} {network_of(request)}")


def _within_each(what: str, request: HttpRequest, email: str, now: datetime, limits: Limits) -> bool:
    """Counts one `what` for the network of `request`, for both and for `email`, the network first; stops at a no."""
    network, address = network_of(request), email.strip().lower()
    who = {"network": network, "both": f"{address} {network}", "address": address}
    return all(
        allow(f"{what}.{part}.{seconds}", who[part], limit=limit, seconds=seconds, now=now)
        for part in who
        for seconds, limit in limits[part].items()
    )


def forget_counts(*, now: datetime) -> int:
    """Deletes the counts whose time is over; returns how many."""
    return Count.objects.filter(ends_at__lte=now).delete()[0]


def throttle(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or another thing, from the network of `request`. Raises `NetworkBusy` above the limit."""
    if not allow(what, network_of(request), limit=TEXTS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now):
        raise NetworkBusy


def throttle_requests(request: HttpRequest, now: datetime) -> None:
    """Counts a request of a program from the network of `request`. Raises `TooManyRequests`, which says how long."""
    network = network_of(request)
    if not allow("request", network, limit=REQUESTS_PER_NETWORK_AND_MINUTE, seconds=MINUTE, now=now):
        ends_at = Count.objects.filter(key=_key("request", network)).values_list("ends_at", flat=True).first()
        raise TooManyRequests(seconds=ceil((ends_at - now).total_seconds()) if ends_at else 1)


def _key(action: str, who: str) -> str:
    return salted_hmac("common.limits", f"{action}:{who}", algorithm="sha256").hexdigest()
