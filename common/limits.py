"""Rate limits, counted in a table from which rows are deleted only by expiry.

A cache could lose counts (evicted in a flood), and is not needed: limits hold when Redis is down. IP and e-mail
addresses are stored as keyed hashes, until the period ends.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import TypeAlias

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from common.audit import Act, record_act
from common.errors import NetworkBusy, TooManyMails, TooManyRequests, TooManyTries, TooOften
from common.models import Count
from common.networks import network_of, site_of

# High, since many people share the address of a library or a workshop.
TEXTS_PER_NETWORK_AND_HOUR = 60
# Requests to the API (docs/api.md).
REQUESTS_PER_NETWORK_AND_MINUTE = 120
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Limit of an IPv6 site (/48), as a multiple of that of one of its 256 households (/56).
HOUSEHOLDS_PER_SITE = 10
# Limits per network, per e-mail address and site ("both"), per e-mail address: {seconds: number}. A single site cannot
# exhaust the limit of an address; above that limit, an action is allowed from time to time (`_slow_down`).
Limits: TypeAlias = dict[str, dict[int, int]]
# Mails that anyone can trigger to an address. Sign-in codes ("code") and all others ("mail": confirmations of new
# accounts, of addresses, of invitations and of the digest) are counted apart.
MAILS_PER_NETWORK = {HOUR: 100}
MAILS_PER_ADDRESS_AND_NETWORK = {HOUR: 6, DAY: 20}
MAILS_PER_ADDRESS = {HOUR: 30, DAY: 100}
# Password attempts, limited for guessing from one network or from many. Sign-in by code remains possible.
PASSWORDS: Limits = {"network": {60: 30, HOUR: 300}, "both": {300: 5, DAY: 25}, "address": {HOUR: 30, DAY: 100}}
# Attempts of a password, and mails with a code, of a browser that has signed in to the address before
# (`accounts.services.browsers`). Above, it is limited as a stranger.
PER_KNOWN_BROWSER = {DAY: 20}
# Wrong codes of a network, over all addresses, for guessing one of a million with three tries for each.
WRONG_CODES_PER_NETWORK = {HOUR: 30, DAY: 60}
# Longest wait above the limit of an address, in seconds, and number of waits before it: 1, 2, 4 … 512.
LONGEST_WAIT, SHORTER_WAITS = 900, 10


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


def allow_network(action: str, request: HttpRequest, *, limit: int, seconds: int, now: datetime) -> bool:
    """Counts `action` for the network of `request`, and its IPv6 site; returns whether it is within both limits."""
    return not _seconds_to_wait(_of_network(action, request, limit, seconds), now)


def throttle_mail(
    request: HttpRequest, email: str, now: datetime, *, what: str = "mail", sends: bool = True, browser: str = ""
) -> None:
    """Counts a mail to `email` triggered by anyone, of the allowance `what`. Raises `TooManyMails`.

    Called by every page that sends a mail to a given address. A request is always counted for its network; for the
    address only if it `sends` a mail, and not from a known `browser`, which has its own limit.
    """
    limits = {"network": MAILS_PER_NETWORK, "both": MAILS_PER_ADDRESS_AND_NETWORK, "address": MAILS_PER_ADDRESS}
    _throttle(what, request, email, now, limits, TooManyMails, counts_address=sends, browser=browser)


def throttle_password(request: HttpRequest, email: str, now: datetime, *, browser: str = "") -> None:
    """Counts an attempt of the password of `email`, before it is checked. Raises `TooManyTries`.

    A known `browser` has its own limit, until which the attempt does not count for the address.
    """
    _throttle("password", request, email, now, PASSWORDS, TooManyTries, browser=browser)


def refuse_guesses(request: HttpRequest, now: datetime) -> None:
    """Raises `TooManyTries` if too many wrong codes came from the network of `request` (`count_wrong_code`)."""
    for action, who, limit, _seconds in _of_guesses(request):
        if Count.objects.filter(key=_key(action, who), ends_at__gt=now, count__gte=limit).exists():
            record_act(Act.LIMIT_REACHED, refused=True, details=action)
            raise TooManyTries(seconds=seconds_left(action, who, now))


def count_wrong_code(request: HttpRequest, now: datetime) -> None:
    """Counts a wrong code for the network of `request`. Right ones are not counted: many people share a library."""
    for action, who, limit, seconds in _of_guesses(request):
        count(action, who, limit=limit, seconds=seconds, now=now)


def forgive_passwords(request: HttpRequest, email: str) -> None:
    """Resets the attempts for `email` from the network of `request`, after a correct password.

    The count of the network is kept: otherwise an attacker could reset it with an account of their own.
    """
    for seconds in PASSWORDS["both"]:
        forgive(f"password.both.{seconds}", f"{email.strip().lower()} {site_of(request)}")


# Action, who, limit, seconds.
_Limit: TypeAlias = tuple[str, str, int, int]


def _throttle(
    what: str,
    request: HttpRequest,
    email: str,
    now: datetime,
    limits: Limits,
    refusal: type[TooOften],
    *,
    counts_address: bool = True,
    browser: str = "",
) -> None:
    """Counts `what` for the network, then for `email`. Raises `refusal`, which is counted for the network only."""
    address = email.strip().lower()
    for seconds, limit in limits["network"].items():
        if wait := _seconds_to_wait(_of_network(f"{what}.network.{seconds}", request, limit, seconds), now):
            raise refusal(seconds=wait)
    if not counts_address:
        return
    if browser and not _seconds_to_wait(_of(f"{what}.browser", f"{address} {browser}", PER_KNOWN_BROWSER), now):
        return
    with transaction.atomic():
        if wait := _seconds_to_wait(_of(f"{what}.both", f"{address} {site_of(request)}", limits["both"]), now):
            raise refusal(seconds=wait)
        is_late = _seconds_to_wait(_of(f"{what}.address", address, limits["address"]), now)
        if is_late and (wait := _slow_down(f"{what}.address", address, now)):
            raise refusal(seconds=wait)


def _slow_down(action: str, who: str, now: datetime) -> int:
    """Counts `action` above its limit, allowed 1, 2, 4 … seconds after the one before; returns the seconds to wait.

    A refusal until the end of the period would let strangers lock out the owner of an address.
    """
    late = f"{action}.late"
    waits = Count.objects.filter(key=_key(late, who), ends_at__gt=now).values_list("count", flat=True).first() or 0
    seconds = min(2**waits, LONGEST_WAIT)
    if not count(f"{action}.wait", who, limit=1, seconds=seconds, now=now):
        return seconds_left(f"{action}.wait", who, now)
    count(late, who, limit=SHORTER_WAITS, seconds=DAY, now=now)
    return 0


def _of(action: str, who: str, limits: dict[int, int]) -> list[_Limit]:
    return [(f"{action}.{seconds}", who, limit, seconds) for seconds, limit in limits.items()]


def _of_network(action: str, request: HttpRequest, limit: int, seconds: int) -> list[_Limit]:
    """Returns the limit of the network of `request`, and that of its site if this is larger."""
    network, site = network_of(request), site_of(request)
    sites = [(action, site, limit * HOUSEHOLDS_PER_SITE, seconds)] if site != network else []
    return [(action, network, limit, seconds), *sites]


def _of_guesses(request: HttpRequest) -> list[_Limit]:
    return [
        one
        for seconds, limit in WRONG_CODES_PER_NETWORK.items()
        for one in _of_network(f"code.wrong.{seconds}", request, limit, seconds)
    ]


def _seconds_to_wait(limits: list[_Limit], now: datetime) -> int:
    """Counts each of `limits`, up to the first that is reached; returns the seconds until that ends, or 0."""
    for action, who, limit, seconds in limits:
        if not allow(action, who, limit=limit, seconds=seconds, now=now):
            return seconds_left(action, who, now)
    return 0


def seconds_left(action: str, who: str, now: datetime) -> int:
    """Returns the seconds until the count of `action` of `who` ends, one at least."""
    ends_at = Count.objects.filter(key=_key(action, who)).values_list("ends_at", flat=True).first()
    return max(ceil((ends_at - now).total_seconds()), 1) if ends_at else 1


def forget_counts(*, now: datetime) -> int:
    """Deletes expired counts; returns the number."""
    return Count.objects.filter(ends_at__lte=now).delete()[0]


def throttle(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or `what`, from the network of `request`. Raises `NetworkBusy` above the limit."""
    if not allow_network(what, request, limit=TEXTS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now):
        raise NetworkBusy


def throttle_requests(request: HttpRequest, now: datetime) -> None:
    """Counts an API request from the network of `request`. Raises `TooManyRequests` with the waiting time."""
    if wait := _seconds_to_wait(_of_network("request", request, REQUESTS_PER_NETWORK_AND_MINUTE, MINUTE), now):
        raise TooManyRequests(seconds=wait)


def too_often(response: HttpResponse, *, seconds: int) -> HttpResponse:
    """Marks `response` as a refusal above a rate limit, for a request that may be repeated after `seconds`."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response


def _key(action: str, who: str) -> str:
    return salted_hmac("common.limits", f"{action}:{who}", algorithm="sha256").hexdigest()
