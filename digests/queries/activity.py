"""All that happened in a window, for all the readers of a page of the planner, and the same read again for a mail."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from digests.queries.sources import (
    ADDENDA,
    PERSONAL,
    SOURCE_OF,
    SOURCES,
    STEPS,
    Identity,
    Item,
    Ref,
    Window,
    identity_of,
)
from participation.models import CoAuthor, Comment, Discussion

COMMENTS = "comments"


# --- Comments ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A published comment, without its text."""

    key: int
    at: datetime
    author_id: int | None


@dataclass
class Talk:
    """What was said in one discussion, in the order of time."""

    discussion_id: int
    identity: Identity
    owner_ids: frozenset[int]
    comments: list[Said] = field(default_factory=list)

    def told_to(self, user_id: int | None, *, start: datetime, end: datetime) -> list[Said]:
        """The comments of others in `(start, end]`."""
        return [
            said
            for said in self.comments
            if start < said.at <= end and (said.author_id is None or said.author_id != user_id)
        ]


def _talks(comments: QuerySet, start: datetime, end: datetime) -> dict[int, Talk]:
    """What anyone may read of `comments` published in `(start, end]`, by discussion (two queries, no text)."""
    found: dict[int, Talk] = {}
    rows = comments.filter(published_at__gt=start, published_at__lte=end, source_url__isnull=True).values_list(
        "pk",
        "published_at",
        "author_id",
        "discussion_id",
        "discussion__proposal_id",
        "discussion__page_id",
        "discussion__proposal__author_id",
    )
    for pk, at, author_id, discussion_id, proposal_id, page_id, owner_id in rows.order_by("published_at", "pk"):
        talk = found.get(discussion_id)
        if talk is None:
            owners = frozenset(filter(None, [owner_id]))
            talk = found[discussion_id] = Talk(discussion_id, identity_of(proposal_id, page_id), owners)
        talk.comments.append(Said(pk, at, author_id))
    on_proposals = {key: talk for talk in found.values() for kind, key in [talk.identity] if kind == "proposals"}
    joined = CoAuthor.objects.filter(proposal__in=list(on_proposals)).values_list("proposal_id", "user_id")
    for proposal_id, user_id in joined:
        on_proposals[proposal_id].owner_ids |= {user_id}
    return found


# --- All of it -----------------------------------------------------------------------------------------------------


@dataclass
class Happenings:
    """Everything that happened in a window, for all the readers of a page of the planner."""

    window: Window
    items: list[Item]
    talks: dict[Identity, Talk]

    @cached_property
    def general(self) -> list[Item]:
        """What may concern anybody."""
        return [item for item in self.items if item.source not in PERSONAL]

    @cached_property
    def people(self) -> frozenset[int]:
        """Who did something of it, or proposed what it is about."""
        return frozenset().union(*(item.author_ids | item.owner_ids for item in self.items), self.owned)

    @cached_property
    def steps(self) -> dict[Identity, list[Item]]:
        """The changes of each proposal, in the order of time."""
        return self._by_identity(STEPS.name)

    @cached_property
    def addenda(self) -> dict[Identity, list[Item]]:
        """What the authors of each proposal added to it, in the order of time."""
        return self._by_identity(ADDENDA.name)

    def _by_identity(self, source: str) -> dict[Identity, list[Item]]:
        found: dict[Identity, list[Item]] = defaultdict(list)
        for item in self.items:
            if item.source == source:
                found[item.identity].append(item)
        return dict(found)

    @cached_property
    def owned(self) -> dict[int, list[Identity]]:
        """Which proposals of each author something happened to."""
        found: dict[int, dict[Identity, None]] = defaultdict(dict)
        for item in self.items:
            if item.source in PERSONAL:
                for owner in item.owner_ids:
                    found[owner][item.identity] = None
        for talk in self.talks.values():
            for owner in talk.owner_ids:
                found[owner][talk.identity] = None
        return {owner: list(identities) for owner, identities in found.items()}


def happened(
    window: Window, *, now: datetime, user_ids: Iterable[int] = (), known: dict[Window, list[Item]] | None = None
) -> Happenings:
    """Everything that happened in `window` and is public at `now`: a query per source.

    Comments are those that concern `user_ids`: in what they follow, and on what they propose. `known` keeps what was
    found in a window, but for the comments, for who asks again at the same `now`.
    """
    users = list(user_ids)
    known = {} if known is None else known
    if window not in known:
        known[window] = [item for source in SOURCES for item in source.in_window(window, now=now)]
    items = known[window]
    concerned = Discussion.objects.filter(
        Q(proposal__author__in=users)
        | Q(proposal__in=CoAuthor.objects.filter(user__in=users).order_by().values("proposal"))
        | Q(follows__user__in=users, follows__muted=False)
    ).values("pk")
    talks = _talks(Comment.objects.public().filter(discussion__in=concerned), window.start, window.end) if users else {}
    return Happenings(window, items, {talk.identity: talk for talk in talks.values()})


@dataclass
class ReadAgain:
    """What a slice of letters names, as it may be read now."""

    items: dict[Ref, Item]
    talks: dict[int, Talk]
    discussions: dict[int, Discussion]
    latest: dict[int, Comment]


def read_again(refs: Iterable[Ref], *, start: datetime, end: datetime, now: datetime) -> ReadAgain:
    """What `refs` name and is still public at `now` (a query per source that is named); comments of `(start, end]`."""
    keys: dict[str, set[int]] = defaultdict(set)
    for name, key in refs:
        keys[name].add(key)
    talked = keys.pop(COMMENTS, set())
    items = [item for name, found in keys.items() for item in SOURCE_OF[name].by_keys(sorted(found), now=now)]
    again = ReadAgain({(item.source, item.key): item for item in items}, {}, {}, {})
    if talked:
        again.talks = _talks(Comment.objects.public().filter(discussion__in=talked), start, end)
        again.discussions = Discussion.objects.with_subject().in_bulk(list(again.talks))
    return again


def read_texts(again: ReadAgain, keys: Iterable[int]) -> None:
    """Adds to `again` the comments that the letters quote (one query)."""
    again.latest = Comment.objects.public().select_related("author").in_bulk(list(keys))
