"""Items of the digest: what happened to one thing, in which window, and what a source of them is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.urls import absolute_url

# Identity of what a digest tells once, whatever happened to it: ("proposals", 12), ("pages", 34), ("polls", 5).
Identity = tuple[str, int]
Ref = tuple[str, int]


def identity_of(proposal_id: int | None, page_id: int) -> Identity:
    """The identity of the subject of a discussion: a proposal, or a page that takes comments."""
    return ("proposals", proposal_id) if proposal_id else ("pages", page_id)


@dataclass(frozen=True)
class Item:
    """Item of a source: one thing that happened. `object` is the model instance."""

    source: str
    object: Any
    at: datetime
    url: str
    identity: Identity
    title: str
    # Who did it, and need not be told.
    author_ids: frozenset[int] = frozenset()
    # Whose proposal it is about.
    owner_ids: frozenset[int] = frozenset()
    # It is told to its owners only.
    is_private: bool = False
    # Readers who chose subjects are told what belongs to one of them only.
    has_topic: bool = False
    topic_id: int | None = None
    # It is told because it is near, even if it is not new.
    is_near: bool = False
    # Which item of its section comes first: the greatest rank.
    rank: tuple[float, ...] = (0,)

    @property
    def key(self) -> int:
        return self.object.pk


@dataclass(frozen=True)
class Window:
    """Window of an edition: what happened in `(start, end]`, and what comes in `(soon_from, soon_until]`."""

    start: datetime
    end: datetime
    soon_from: datetime
    soon_until: datetime

    def covers(self, field: str) -> Q:
        return Q(**{f"{field}__gt": self.start, f"{field}__lte": self.end})

    def is_soon(self, field: str) -> Q:
        return Q(**{f"{field}__gt": self.soon_from, f"{field}__lte": self.soon_until})

    def holds_soon(self, moment: datetime | None) -> bool:
        return moment is not None and self.soon_from < moment <= self.soon_until


@dataclass(frozen=True)
class Source:
    """`public` is the visibility rule at a moment, `within` narrows it to a window, `item` says what is told."""

    name: str
    public: Callable[[datetime], QuerySet]
    within: Callable[[QuerySet, Window], QuerySet]
    item: Callable[[Any, Window | None], Item]

    def in_window(self, window: Window, *, now: datetime) -> list[Item]:
        """Everything that happened in `window` and is public at `now` (one query)."""
        return [self.item(found, window) for found in self.within(self.public(now), window)]

    def by_keys(self, keys: Sequence[int], *, now: datetime) -> list[Item]:
        """The items that `keys` name, without those that are not public any more at `now` (one query)."""
        return [self.item(found, None) for found in self.public(now).filter(pk__in=keys)]


def page_url(page: Any) -> str:
    """The absolute URL of `page`, without a query: the home page is the only root of this site."""
    return absolute_url("/" + "/".join(page.url_path.split("/")[2:]))
