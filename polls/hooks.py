"""Wagtail hooks of the polls: seats with their voters, size of the committee, printed questions.

`poll_voices`
    Registers the seats. The hooked function takes an aware datetime and returns the seats that are filled at that time,
    as a list of `VotingSeat`. In a poll put to the seats, each seat has one vote, given by any of the people who may
    speak for it.

        @hooks.register(POLL_VOICES_HOOK)
        def voices_of_seats(moment: datetime) -> list[VotingSeat]: ...

`committee_size`
    Registers the number of members of the committee. The hooked function takes an aware datetime and returns the number
    at that time, members without an account included: results explain with it why fewer could answer.

        @hooks.register(COMMITTEE_SIZE_HOOK)
        def number_of_members(moment: datetime) -> int: ...

`poll_on_paper`
    Registers the printing of polls. The hooked function takes a poll and returns whether its questions may exist on
    paper: such a poll cannot become a draft again.

        @hooks.register(POLL_ON_PAPER_HOOK)
        def has_sheets(poll: Poll) -> bool: ...

The members themselves are registered on a hook of `accounts`.
"""

from dataclasses import dataclass
from datetime import datetime

from wagtail import hooks

from polls.models import Poll

POLL_VOICES_HOOK = "poll_voices"
COMMITTEE_SIZE_HOOK = "committee_size"
POLL_ON_PAPER_HOOK = "poll_on_paper"


@dataclass(frozen=True)
class VotingSeat:
    """Seat with one vote: a stable key, and the ids of the accounts that may answer for it.

    A seat without accounts cannot answer on the site, but counts in the quorum.
    """

    key: str
    accounts: frozenset[int]


def voices_at(moment: datetime) -> list[VotingSeat]:
    """Returns the seats that are filled at `moment`; empty if no app registers seats."""
    return [voice for voices in hooks.get_hooks(POLL_VOICES_HOOK) for voice in voices(moment)]


def committee_size_at(moment: datetime) -> int:
    """Returns the number of committee members at `moment`; 0 if no app registers it."""
    return sum(function(moment) for function in hooks.get_hooks(COMMITTEE_SIZE_HOOK))


def is_on_paper(poll: Poll) -> bool:
    """Returns whether the questions of `poll` may have been printed."""
    return any(function(poll) for function in hooks.get_hooks(POLL_ON_PAPER_HOOK))
