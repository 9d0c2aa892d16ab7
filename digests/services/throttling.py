"""Rate limits of the links of the digest, by network and by reader. Requests for mails: `common.throttle_mail`.

Mail servers press the one-click button from few IP addresses for many people, so valid links are counted by reader,
never by network; invalid ones are counted by network.
"""

from datetime import datetime

from django.http import HttpRequest

from common.limits import HOUR, allow, allow_network

POSTS_PER_READER_AND_HOUR = 60
FORGED_PER_NETWORK_AND_HOUR = 120


def allow_post(subscriber_id: int, now: datetime) -> bool:
    """Counts a POST on the page of a reader's link; returns whether it is within the limit."""
    limit = POSTS_PER_READER_AND_HOUR
    return allow("digest.link", str(subscriber_id), limit=limit, seconds=HOUR, now=now)


def allow_try(request: HttpRequest, now: datetime) -> bool:
    """Counts an invalid link; returns whether it is within the limit."""
    limit = FORGED_PER_NETWORK_AND_HOUR
    return allow_network("digest.forged", request, limit=limit, seconds=HOUR, now=now)
