"""Layout of a digest: sections of lines, their headings, limits and order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from digests.queries.activity import CommentRef
from digests.queries.items import Item
from digests.queries.selection import COMMITTEE, FOLLOWED, OWN
from participation.models import Discussion

QUOTE_WORDS = 40
NOTE_WORDS = 30
# Lines in one digest, and reading speed in words per minute.
MAX_LINES = 12
WORDS_A_MINUTE = 200


@dataclass(frozen=True)
class DigestLine:
    """Line of a section: a self-contained link, the event, a short quotation, and the reason."""

    title: str
    url: str
    note: str = ""
    quote: str = ""
    reason: str = ""
    button: str = ""
    # Topic, and its colour family.
    topic: str = ""
    family: str = ""


@dataclass
class Section:
    """Heading, lines, and number of further lines."""

    name: str
    heading: str
    lines: list[DigestLine]
    # Number of further lines, and their URL.
    more: int = 0
    more_url: str = ""
    # Its part of the subject, if it is not just a number.
    introduction: str = ""

    @property
    def more_words(self) -> str:
        """« Et 3 autres propositions »: text of the self-contained link to the further lines."""
        return LAYOUT[self.name].more % {"count": self.more}


@dataclass(frozen=True)
class Layout:
    """Heading of a section, its maximum number of lines, its weight, and the text for further lines.

    If a digest has too many lines, the sections of the lowest `weight` keep theirs.
    """

    heading: Any
    limit: int
    weight: int
    more: Any


LAYOUT = {
    "sessions": Layout(
        gettext_lazy("Next session"),
        limit=2,
        weight=0,
        more=ngettext_lazy("And one more session", "And %(count)d more sessions", "count"),
    ),
    OWN: Layout(
        gettext_lazy("Your proposals"),
        limit=5,
        weight=1,
        more=ngettext_lazy("And one more of your proposals", "And %(count)d more of your proposals", "count"),
    ),
    # Minutes, decisions, programme, arrivals and departures of members.
    COMMITTEE: Layout(
        gettext_lazy("The committee"),
        limit=5,
        weight=3,
        more=ngettext_lazy(
            "And one more piece of news of the committee", "And %(count)d more news of the committee", "count"
        ),
    ),
    "official-answers": Layout(
        gettext_lazy("Official answers"),
        limit=5,
        weight=3,
        more=ngettext_lazy("And one more official answer", "And %(count)d more official answers", "count"),
    ),
    FOLLOWED: Layout(
        gettext_lazy("What you follow"),
        limit=5,
        weight=2,
        more=ngettext_lazy("And one more thing that you follow", "And %(count)d more things that you follow", "count"),
    ),
    "proposals": Layout(
        gettext_lazy("New proposals"),
        limit=5,
        weight=6,
        more=ngettext_lazy("And one more proposal", "And %(count)d more proposals", "count"),
    ),
    "calls": Layout(
        gettext_lazy("Calls for proposals"),
        limit=3,
        weight=4,
        more=ngettext_lazy("And one more call", "And %(count)d more calls", "count"),
    ),
    "polls": Layout(
        gettext_lazy("Polls"),
        limit=3,
        weight=4,
        more=ngettext_lazy("And one more poll", "And %(count)d more polls", "count"),
    ),
    "surveys": Layout(
        gettext_lazy("Field surveys"),
        limit=2,
        weight=5,
        more=ngettext_lazy("And one more survey", "And %(count)d more surveys", "count"),
    ),
    # New campaigns, and findings of trials.
    "campaigns": Layout(
        gettext_lazy("Trials"),
        limit=3,
        weight=5,
        more=ngettext_lazy(
            "And one more piece of news of the trials", "And %(count)d more news of the trials", "count"
        ),
    ),
    "news": Layout(
        gettext_lazy("News"),
        limit=3,
        weight=5,
        more=ngettext_lazy("And one more news item", "And %(count)d more news items", "count"),
    ),
    "workshops": Layout(
        gettext_lazy("Workshops"),
        limit=2,
        weight=6,
        more=ngettext_lazy("And one more workshop", "And %(count)d more workshops", "count"),
    ),
    "indicators": Layout(
        gettext_lazy("Indicators"),
        limit=2,
        weight=7,
        more=ngettext_lazy("And one more indicator", "And %(count)d more indicators", "count"),
    ),
    # Examples, and the comparison of metropolises.
    "veille": Layout(
        pgettext_lazy("menu", "Watch"),
        limit=2,
        weight=7,
        more=ngettext_lazy("And one more thing from elsewhere", "And %(count)d more things from elsewhere", "count"),
    ),
}


@dataclass
class EntryGroup:
    """All entries about one proposal, page or poll: its items, and the new comments of its discussion.

    They have the numbers `first` to `last` in the delivery.
    """

    section: str
    reason: str
    first: int
    last: int = 0
    items: list[Item] = field(default_factory=list)
    comments: Sequence[CommentRef] = ()
    discussion: Discussion | None = None

    def items_of(self, source: str) -> list[Item]:
        return [item for item in self.items if item.source == source]
