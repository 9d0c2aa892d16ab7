"""Wagtail hook through which a higher app says who has a voice together in a poll.

`poll_voices`
    Registers the seats. The hooked function takes a moment (an aware datetime) and returns the seats that are filled
    at that moment, as a list of `Voice`. Where a poll is put to the seats, one answer counts for each, whoever of the
    people who may speak for it gives it.

        @hooks.register(POLL_VOICES_HOOK)
        def voices_of_seats(moment: datetime) -> list[Voice]: ...

Who the members are, is a hook of `accounts`.
"""

from dataclasses import dataclass
from datetime import datetime

from wagtail import hooks

POLL_VOICES_HOOK = "poll_voices"


@dataclass(frozen=True)
class Voice:
    """A seat, which has one answer: a key that stays the same, and the ids of the accounts that may give the answer.

    A voice without an account cannot answer on the site, and counts in the quorum all the same.
    """

    key: str
    accounts: frozenset[int]


def voices_at(moment: datetime) -> list[Voice]:
    """Returns the seats that are filled at `moment`; none where no app knows seats."""
    return [voice for voices in hooks.get_hooks(POLL_VOICES_HOOK) for voice in voices(moment)]
