"""Events of a period, for all readers of a planning page; visible content for a batch of mails."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from committee.models import TopicPage
from digests.queries.items import Identity, Item, Ref, Window, identity_of
from digests.queries.sources import ADDENDA, PERSONAL, SOURCE_OF, SOURCES, STEPS
from participation.models import CoAuthor, Comment, Discussion

COMMENTS = "comments"


# --- Comments ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommentRef:
    """Published comment, without its text."""

    key: int
    at: datetime
    author_id: int | None


@dataclass
class DiscussionActivity:
    """New comments of one discussion, in order of time."""

    discussion_id: int
    identity: Identity
    owner_ids: frozenset[int]
    comments: list[CommentRef] = field(default_factory=list)

    def comments_for(self, user_id: int | None, *, start: datetime, end: datetime) -> list[CommentRef]:
        """Returns the comments by others in `(start, end]`."""
        return [
            comment
            for comment in self.comments
            if start < comment.at <= end and (comment.author_id is None or comment.author_id != user_id)
        ]


def _discussion_activity(comments: QuerySet, start: datetime, end: datetime) -> dict[int, DiscussionActivity]:
    """Returns the comments published in `(start, end]`, by discussion (two queries, no text)."""
    discussions: dict[int, DiscussionActivity] = {}
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
        discussion = discussions.get(discussion_id)
        if discussion is None:
            owners = frozenset(filter(None, [owner_id]))
            identity = identity_of(proposal_id, page_id)
            discussion = discussions[discussion_id] = DiscussionActivity(discussion_id, identity, owners)
        discussion.comments.append(CommentRef(pk, at, author_id))
    on_proposals = {
        key: discussion
        for discussion in discussions.values()
        for kind, key in [discussion.identity]
        if kind == "proposals"
    }
    joined = CoAuthor.objects.filter(proposal__in=list(on_proposals)).values_list("proposal_id", "user_id")
    for proposal_id, user_id in joined:
        on_proposals[proposal_id].owner_ids |= {user_id}
    return discussions


# --- All of it -----------------------------------------------------------------------------------------------------


@dataclass
class Activity:
    """All events of a period, for all readers of a planning page."""

    window: Window
    items: list[Item]
    discussions: dict[Identity, DiscussionActivity]

    @cached_property
    def general(self) -> list[Item]:
        """Items for any reader."""
        return [item for item in self.items if item.source not in PERSONAL]

    @cached_property
    def people(self) -> frozenset[int]:
        """User ids of the authors of any item, and of the proposals concerned."""
        return frozenset().union(*(item.author_ids | item.owner_ids for item in self.items), self.owned)

    @cached_property
    def steps(self) -> dict[Identity, list[Item]]:
        """Changes of each proposal, in order of time."""
        return self._by_identity(STEPS.name)

    @cached_property
    def addenda(self) -> dict[Identity, list[Item]]:
        """Addenda of each proposal, in order of time."""
        return self._by_identity(ADDENDA.name)

    def _by_identity(self, source: str) -> dict[Identity, list[Item]]:
        items: dict[Identity, list[Item]] = defaultdict(list)
        for item in self.items:
            if item.source == source:
                items[item.identity].append(item)
        return dict(items)

    @cached_property
    def owned(self) -> dict[int, list[Identity]]:
        """Proposals with news, by author."""
        identities_by_owner: dict[int, dict[Identity, None]] = defaultdict(dict)
        for item in self.items:
            if item.source in PERSONAL:
                for owner in item.owner_ids:
                    identities_by_owner[owner][item.identity] = None
        for discussion in self.discussions.values():
            for owner in discussion.owner_ids:
                identities_by_owner[owner][discussion.identity] = None
        return {owner: list(identities) for owner, identities in identities_by_owner.items()}


def activity_in(
    window: Window, *, now: datetime, user_ids: Iterable[int] = (), cached: dict[Window, list[Item]] | None = None
) -> Activity:
    """Returns the events of `window` that are public at `now`, with one query per source.

    Comments are included if they concern `user_ids`: on followed discussions, and on own proposals. `cached` caches
    the items of a window, except comments, for calls with the same `now`.
    """
    users = list(user_ids)
    cached = {} if cached is None else cached
    if window not in cached:
        cached[window] = [item for source in SOURCES for item in source.in_window(window, now=now)]
    items = cached[window]
    own_discussions = Discussion.objects.filter(
        Q(proposal__author__in=users)
        | Q(proposal__in=CoAuthor.objects.filter(user__in=users).order_by().values("proposal"))
        | Q(follows__user__in=users, follows__muted=False)
    ).values("pk")
    comments = Comment.objects.public().filter(discussion__in=own_discussions)
    discussions = _discussion_activity(comments, window.start, window.end).values() if users else ()
    return Activity(window, items, {discussion.identity: discussion for discussion in discussions})


@dataclass
class VisibleContent:
    """Public content named in a batch of deliveries, with its topics. `latest` has the quoted comments."""

    items: dict[Ref, Item]
    activity: dict[int, DiscussionActivity]
    discussions: dict[int, Discussion]
    latest: dict[int, Comment]
    topics: dict[int, TopicPage]


def load_visible(refs: Iterable[Ref], *, start: datetime, end: datetime, now: datetime) -> VisibleContent:
    """Loads the public objects among `refs` at `now`, with their topics and the comments of `(start, end]`.

    One query per source, and one for topics and one for comments.
    """
    keys: dict[str, set[int]] = defaultdict(set)
    for name, key in refs:
        keys[name].add(key)
    discussed = keys.pop(COMMENTS, set())
    items = [item for name, pks in keys.items() for item in SOURCE_OF[name].by_keys(sorted(pks), now=now)]
    visible = VisibleContent({(item.source, item.key): item for item in items}, {}, {}, {}, {})
    if discussed:
        comments = Comment.objects.public().filter(discussion__in=discussed)
        visible.activity = _discussion_activity(comments, start, end)
        visible.discussions = Discussion.objects.with_subject().in_bulk(list(visible.activity))
    proposals = (discussion.proposal for discussion in visible.discussions.values())
    named = {item.topic_id for item in items} | {proposal.topic_id for proposal in proposals if proposal}
    if named - {None}:
        visible.topics = TopicPage.objects.published().only("title", "pictogram").in_bulk(named - {None})
    return visible


def load_quoted_comments(visible: VisibleContent, keys: Iterable[int]) -> None:
    """Adds the comments quoted in the digests to `visible` (one query)."""
    visible.latest = Comment.objects.public().select_related("author").in_bulk(list(keys))
