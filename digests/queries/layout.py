"""Layout of a digest: sections of lines, their headings, limits and order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from digests.queries.activity import CommentRef
from digests.queries.selection import OWN
from digests.queries.sources import Item
from participation.models import Discussion

QUOTE_WORDS = 40
NOTE_WORDS = 30
# Lines in one digest, and words that a person reads in a minute.
MAX_LINES = 12
WORDS_A_MINUTE = 200


@dataclass(frozen=True)
class Line:
    """Line of a section: a link that stands alone, what happened to it, a short quotation, and why it is told."""

    title: str
    url: str
    note: str = ""
    quote: str = ""
    why: str = ""
    button: str = ""


@dataclass
class Section:
    """A heading, its lines, and how many more there are."""

    name: str
    heading: str
    lines: list[Line]
    more: int = 0
    more_url: str = ""
    # Its part of the subject, where a number does not say it.
    says: str = ""

    @property
    def count(self) -> int:
        return len(self.lines) + self.more


@dataclass(frozen=True)
class Layout:
    """The heading of a section, how many lines it may have, where the others are, and what it gives up them for.

    When a digest has too many lines, the sections of the lowest `weight` keep theirs.
    """

    heading: Any
    limit: int
    more_path: str
    weight: int


LAYOUT = {
    "sessions": Layout(gettext_lazy("Next session"), 2, "/le-comite/seances/", 0),
    OWN: Layout(gettext_lazy("Your proposals"), 5, "/compte/contributions/", 1),
    "official-answers": Layout(gettext_lazy("Official answers"), 5, "/propositions/", 3),
    "followed": Layout(gettext_lazy("What you follow"), 5, "/compte/notifications/", 2),
    "proposals": Layout(gettext_lazy("New proposals"), 5, "/propositions/", 6),
    "calls": Layout(gettext_lazy("Calls for proposals"), 3, "/propositions/appels/", 4),
    "polls": Layout(gettext_lazy("Polls"), 3, "/sondages/", 4),
    "news": Layout(gettext_lazy("News"), 3, "/actualites/", 5),
    "veille": Layout(gettext_lazy("Inspiring watch"), 1, "/veille/", 7),
}


@dataclass
class EntryGroup:
    """All entries about one proposal, page or poll: its items, and the new comments of its discussion."""

    section: str
    why: str
    items: list[Item] = field(default_factory=list)
    comments: Sequence[CommentRef] = ()
    discussion: Discussion | None = None

    def items_of(self, source: str) -> list[Item]:
        return [item for item in self.items if item.source == source]
