"""Items of the digest: an event about one object, the window of an edition, and the definition of a source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.urls import absolute_url

# Identity of an object with one line in a digest: ("proposals", 12), ("pages", 34), ("polls", 5).
Identity = tuple[str, int]
Ref = tuple[str, int]


def identity_of(proposal_id: int | None, page_id: int) -> Identity:
    """Returns the identity of the subject of a discussion: a proposal, or a page with comments."""
    return ("proposals", proposal_id) if proposal_id else ("pages", page_id)


@dataclass(frozen=True)
class Item:
    """Event of a source. `object` is the model instance."""

    source: str
    object: Any
    at: datetime
    url: str
    identity: Identity
    title: str
    # Authors of the event, who do not get it.
    author_ids: frozenset[int] = frozenset()
    # Authors of the proposal concerned.
    owner_ids: frozenset[int] = frozenset()
    # For the owners only.
    is_private: bool = False
    # For readers with chosen subjects: items with a topic are included only if it is one of them.
    has_topic: bool = False
    topic_id: int | None = None
    # Included because it is near, even if it is not new.
    is_near: bool = False
    # Sort key within a section: the greatest rank first.
    rank: tuple[float, ...] = (0,)

    @property
    def key(self) -> int:
        return self.object.pk


@dataclass(frozen=True)
class Window:
    """Window of an edition: past events in `(start, end]`, and coming ones in `(soon_from, soon_until]`."""

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
    """Source: `public` is the visibility rule at a given time, `within` limits it to a window, `item` makes an item."""

    name: str
    public: Callable[[datetime], QuerySet]
    within: Callable[[QuerySet, Window], QuerySet]
    item: Callable[[Any, Window | None], Item]

    def in_window(self, window: Window, *, now: datetime) -> list[Item]:
        """Returns the items of `window` that are public at `now` (one query)."""
        return [self.item(row, window) for row in self.within(self.public(now), window)]

    def by_keys(self, keys: Sequence[int], *, now: datetime) -> list[Item]:
        """Returns the items with these primary keys that are public at `now` (one query)."""
        return [self.item(row, None) for row in self.public(now).filter(pk__in=keys)]


def page_url(page: Any) -> str:
    """Returns the absolute URL of `page` without a query: the home page is the only root of this site."""
    return absolute_url("/" + "/".join(page.url_path.split("/")[2:]))
