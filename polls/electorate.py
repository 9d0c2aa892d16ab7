"""Who may answer a poll, and how many they are."""

from datetime import datetime

from django.db.models import QuerySet
from wagtail import hooks

from accounts.models import User
from polls.models import Poll

# A function of a moment (an aware datetime) that returns the accounts of the members at that moment, as a queryset of
# `User`. The app that knows the members registers it.
POLL_MEMBERS = "poll_members"


def members_at(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of the members at `moment`; none where no app knows members."""
    accounts = User.objects.none()
    for members in hooks.get_hooks(POLL_MEMBERS):
        accounts |= members(moment)
    return accounts


def accounts_of(audience: str, moment: datetime) -> QuerySet[User]:
    """Returns the accounts of which an audience (a value of `Poll.Audience`) is made at `moment`."""
    match audience:
        case Poll.Audience.MEMBERS:
            accounts = members_at(moment)
        case Poll.Audience.RESIDENTS:
            accounts = User.objects.exclude(commune="")
        case _:
            accounts = User.objects.all()
    return accounts.filter(is_active=True, date_joined__lte=moment)


def electorate(poll: Poll, now: datetime) -> QuerySet[User]:
    """Returns the accounts that may answer `poll` at `now`, or could until it was over."""
    return accounts_of(poll.audience, min(now, poll.closes_at))
