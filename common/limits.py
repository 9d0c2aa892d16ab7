"""Rate limits, counted in the cache that all processes share.

The count is of a fixed window (this hour, the next one). Two requests at the very same moment may be counted as one: a
limit keeps floods away, it does not have to be exact. No IP address and no e-mail is kept: its keyed hash is, until the
window is over.
"""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from common.errors import NetworkBusy

# A library or a workshop has one address for many people.
TEXTS_PER_NETWORK_AND_HOUR = 60
HOUR = 3_600


def allow(action: str, who: str, *, limit: int, seconds: int, now: float) -> bool:
    """Counts one `action` of `who` at `now` (seconds since 1970); returns whether that is within `limit`."""
    key = f"limit:{action}:{salted_hmac('common.limits', who).hexdigest()}:{int(now // seconds)}"
    if cache.add(key, 1, seconds):
        return limit >= 1
    try:
        count = cache.incr(key)
        # Counting in a cache that is a table gives the count the life of any entry, five minutes.
        cache.touch(key, seconds)
        return count <= limit
    except ValueError:
        # It was forgotten between the two questions: the window is over.
        return True


def network_of(request: HttpRequest) -> str:
    """Returns the IP address that `request` came from, behind the proxies that the settings trust."""
    return get_adapter(request).get_client_ip(request)


def throttle(request: HttpRequest, now: datetime, *, what: str = "text") -> None:
    """Counts a text, or another thing, from the network of `request`. Raises `NetworkBusy` above the limit."""
    limit, at = TEXTS_PER_NETWORK_AND_HOUR, now.timestamp()
    if not allow(what, network_of(request), limit=limit, seconds=HOUR, now=at):
        raise NetworkBusy
