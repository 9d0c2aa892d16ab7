"""Who may answer a poll, and how many they are.

Polls may be put to the members, or to the seats of the committee: then one answer counts for each seat, whoever of the
people who may speak for it gives it. `polls` knows neither members nor seats. The app that does registers two hooks.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from wagtail import hooks

from accounts.models import User
from polls.models import Poll

# A function of a moment (an aware datetime) that returns the accounts of the members at that moment, as a queryset of
# `User`.
POLL_MEMBERS = "poll_members"
# A function of a moment that returns the seats that are filled at that moment, as a list of `Voice`.
POLL_VOICES = "poll_voices"


@dataclass(frozen=True)
class Voice:
    """What has one answer together: a key that stays the same, and the ids of the accounts that may give the answer.

    A voice without an account cannot answer on the site, and counts in the quorum all the same.
    """

    key: str
    accounts: frozenset[int]


def members_at(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of the members at `moment`; none where no app knows members."""
    accounts = User.objects.none()
    for members in hooks.get_hooks(POLL_MEMBERS):
        accounts |= members(moment)
    return accounts


def voices_at(moment: datetime) -> list[Voice]:
    """Returns the seats that are filled at `moment`; none where no app knows seats."""
    return [voice for voices in hooks.get_hooks(POLL_VOICES) for voice in voices(moment)]


def accounts_of(audience: str, moment: datetime) -> QuerySet[User]:
    """Returns the accounts of which an audience (a value of `Poll.Audience`) is made at `moment`."""
    match audience:
        case Poll.Audience.MEMBERS:
            accounts = members_at(moment)
        case Poll.Audience.SEATS:
            accounts = User.objects.filter(pk__in={pk for voice in voices_at(moment) for pk in voice.accounts})
        case Poll.Audience.RESIDENTS:
            accounts = User.objects.exclude(commune="")
        case _:
            accounts = User.objects.all()
    return accounts.filter(is_active=True, date_joined__lte=moment)


def electorate(poll: Poll, now: datetime) -> QuerySet[User]:
    """Returns the accounts that may answer `poll` at `now`, or could until it was over."""
    return accounts_of(poll.audience, min(now, poll.closes_at))


def invited_count(poll: Poll, now: datetime) -> int:
    """Returns how many answers `poll` can have at `now`, or could until it was over: people, or seats."""
    if poll.audience == Poll.Audience.SEATS:
        return len(voices_at(min(now, poll.closes_at)))
    return electorate(poll, now).count()


def voice_of(user: User, poll: Poll, now: datetime) -> str:
    """Returns the key of the seat for which `user` answers `poll`; an empty text where everyone answers alone."""
    if poll.audience != Poll.Audience.SEATS:
        return ""
    return next((voice.key for voice in voices_at(min(now, poll.closes_at)) if user.pk in voice.accounts), "")
