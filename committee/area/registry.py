"""What the parts of the site show in the members' area.

Each part registers functions on two Wagtail hooks. `member_area_links` takes the request and the member, and returns
`AccountLink`s: a card for each thing that only members read. `awaits_member` takes the member and the moment, and
returns what this person is expected to do, as `Awaiting`::

    @hooks.register(AWAITS_MEMBER_HOOK)
    def corrections(member, now):
        return [Awaiting(text=_("Read the minutes of the session of 12 October"), url=…, until=…)]
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from wagtail import hooks

from accounts.hooks import AccountLink
from committee.models import Member

MEMBER_AREA_LINKS_HOOK = "member_area_links"
AWAITS_MEMBER_HOOK = "awaits_member"


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """One thing that a member is expected to do: in a sentence that starts with a verb, where, and until when.

    With `is_that_day` it is done on the day of `until`, not before.
    """

    text: str
    url: str
    until: datetime | None = None
    is_that_day: bool = False


def area_links(request: HttpRequest, member: Member) -> list[AccountLink]:
    """Returns the cards of the members' area, in order."""
    found = [link for register in hooks.get_hooks(MEMBER_AREA_LINKS_HOOK) for link in register(request, member)]
    return sorted(found, key=lambda link: link.order)


def awaiting(member: Member, now: datetime) -> list[Awaiting]:
    """Returns what waits for `member` at `now`: what ends first comes first, what does not end comes last."""
    found = [one for register in hooks.get_hooks(AWAITS_MEMBER_HOOK) for one in register(member, now)]
    return sorted(found, key=lambda one: (one.until is None, one.until or now, one.text))
