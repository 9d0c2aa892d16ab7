"""Rate limits, counted in the cache that all processes share.

The count is of a fixed window (this hour, the next one). Two requests at the very same moment may be counted as one: a
limit keeps floods away, it does not have to be exact. No IP address and no e-mail is kept: its keyed hash is, until the
window is over.
"""

from django.core.cache import cache
from django.utils.crypto import salted_hmac


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
