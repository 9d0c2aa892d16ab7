"""Limits of the pages of the digest, for one network, one e-mail address and one link.

Programs of mail servers press the one-click button from few IP addresses for many people, so a good link is counted by
reader, never by network; links that nobody made are counted by network.
"""

from datetime import datetime

from django.http import HttpRequest

from common.limits import HOUR, allow, network_of

DAY = 86_400
# A library or a workshop has one IP address for many people.
ASKED_PER_NETWORK_AND_HOUR = 30
ASKED_PER_ADDRESS_AND_DAY = 5
POSTS_PER_READER_AND_HOUR = 60
FORGED_PER_NETWORK_AND_HOUR = 120


def may_ask(request: HttpRequest, email: str, now: datetime) -> bool:
    """Counts somebody who asks for the digest at `email`; returns whether that is within the limits."""
    network, address = network_of(request), email.strip().lower()
    return allow("digest", network, limit=ASKED_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now) and allow(
        "digest", address, limit=ASKED_PER_ADDRESS_AND_DAY, seconds=DAY, now=now
    )


def may_post(subscriber_id: int, now: datetime) -> bool:
    """Counts a button pressed on the page of a reader's link."""
    limit = POSTS_PER_READER_AND_HOUR
    return allow("digest.link", str(subscriber_id), limit=limit, seconds=HOUR, now=now)


def may_try(request: HttpRequest, now: datetime) -> bool:
    """Counts a link that leads to nobody."""
    limit = FORGED_PER_NETWORK_AND_HOUR
    return allow("digest.forged", network_of(request), limit=limit, seconds=HOUR, now=now)
