"""Limits of the links of the digest, for one network and one link. `throttle_mail` of `common` counts who asks for it.

Programs of mail servers press the one-click button from few IP addresses for many people, so a good link is counted by
reader, never by network; links that nobody made are counted by network.
"""

from datetime import datetime

from django.http import HttpRequest

from common.limits import HOUR, allow
from common.networks import network_of

POSTS_PER_READER_AND_HOUR = 60
FORGED_PER_NETWORK_AND_HOUR = 120


def may_post(subscriber_id: int, now: datetime) -> bool:
    """Counts a button pressed on the page of a reader's link."""
    limit = POSTS_PER_READER_AND_HOUR
    return allow("digest.link", str(subscriber_id), limit=limit, seconds=HOUR, now=now)


def may_try(request: HttpRequest, now: datetime) -> bool:
    """Counts a link that leads to nobody."""
    limit = FORGED_PER_NETWORK_AND_HOUR
    return allow("digest.forged", network_of(request), limit=limit, seconds=HOUR, now=now)
