"""Wagtail hooks: a higher app says who has a voice together in a poll and how many people sit; the admin shows a draft.

`poll_voices`
    Registers the seats. The hooked function takes a moment (an aware datetime) and returns the seats that are filled
    at that moment, as a list of `Voice`. Where a poll is put to the seats, one answer counts for each, whoever of the
    people who may speak for it gives it.

        @hooks.register(POLL_VOICES_HOOK)
        def voices_of_seats(moment: datetime) -> list[Voice]: ...

`committee_size`
    Registers how many people sit on the committee. The hooked function takes a moment and returns their number, whether
    or not they have an account: results say why fewer could answer.

        @hooks.register(COMMITTEE_SIZE_HOOK)
        def number_of_members(moment: datetime) -> int: ...

`poll_preview`
    Registers the preview of a draft. The hooked function takes the poll, with the questions of its form that are not
    saved yet, and the request; it returns the page that the voters will see.

`poll_on_paper`
    Registers who prints questions of polls. The hooked function takes a poll and says whether people may hold them on
    paper: such a poll does not become a draft again.

        @hooks.register(POLL_ON_PAPER_HOOK)
        def has_sheets(poll: Poll) -> bool: ...

Who the members are, is a hook of `accounts`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail import hooks

if TYPE_CHECKING:
    from polls.models import Poll

POLL_VOICES_HOOK = "poll_voices"
COMMITTEE_SIZE_HOOK = "committee_size"
POLL_PREVIEW_HOOK = "poll_preview"
POLL_ON_PAPER_HOOK = "poll_on_paper"


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


def committee_size_at(moment: datetime) -> int:
    """Returns how many people sit at `moment`; none where no app knows members."""
    return sum(count(moment) for count in hooks.get_hooks(COMMITTEE_SIZE_HOOK))


def poll_preview(poll: "Poll", request: HttpRequest) -> HttpResponseBase:
    """Returns the page of the draft `poll` as the voters will see it, by the one function that is registered for it."""
    (render,) = hooks.get_hooks(POLL_PREVIEW_HOOK)
    return render(poll, request)


def is_on_paper(poll: "Poll") -> bool:
    """Returns whether people may hold the questions of `poll` on paper."""
    return any(asks(poll) for asks in hooks.get_hooks(POLL_ON_PAPER_HOOK))
