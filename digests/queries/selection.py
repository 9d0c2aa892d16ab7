"""Selects the entries of one reader, with section and reason. In memory: no query per reader.

The rules, of which `tests/digests/worlds.py` has a second, plain implementation:

- Events after the last digest, up to the cutoff; and coming events before the next digest (sessions, last days).
- For a followed or supported thing, only events after the follow or support: earlier ones count as read.
- No events by the reader. Nothing about things that they stopped following.
- Changes of state, for authors and followers: from the first state to the last one, if they differ.
- Comments, for authors and followers: their number. Addenda: each one by another author.
- News on a followed subject are in the section of followed things. A reader of these subjects only gets no other
  proposal, answer, call, example or decision, except their own and those followed individually.
- Each object once, in the first section that has it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from digests.models import Subscriber
from digests.models.entries import Entry, packed
from digests.queries.activity import COMMENTS, Activity, DiscussionActivity
from digests.queries.items import Identity, Item, identity_of
from participation.models import Follow, Support
from polls.models import Participation

OWN, FOLLOWED, COMMITTEE = "own", "followed", "committee"
# Reason for an item on a followed subject; the other reasons are those of `Follow.Source`.
BY_TOPIC = "topic"
# In the order of the digest (docs/digests.md): personal sections, then the order of the menu of the site.
SECTIONS = (
    *("sessions", OWN, COMMITTEE, "official-answers", FOLLOWED, "proposals", "calls", "polls", "campaigns", "surveys"),
    *("news", "veille", "indicators", "workshops"),
)
# Sources with a common heading: findings of trials, comparison of metropolises, committee news.
JOINED = {"findings": "campaigns", "criteria": "veille"} | dict.fromkeys(
    ("reports", "minutes", "decisions", "programmes", "arrivals", "departures"), COMMITTEE
)
# Sources whose items on a followed subject move to another section; answers have their own.
TOLD_BY_TOPIC = frozenset({"proposals", "calls", "decisions", "veille"})


@dataclass
class Reader:
    """Reader of a digest, reduced to what the selection needs; `start` is the end of the last digest."""

    start: datetime
    user_id: int | None = None
    topics: set[int] = field(default_factory=set)
    only_topics: bool = False
    # Reason for following, by identity.
    follows: dict[Identity, str] = field(default_factory=dict)
    # Time at which the reader last saw an object, as far as known: when they followed or supported it.
    last_seen: dict[Identity, datetime] = field(default_factory=dict)
    muted: set[Identity] = field(default_factory=set)
    answered_polls: set[int] = field(default_factory=set)

    def saw(self, identity: Identity, at: datetime) -> None:
        """Records that the reader saw `identity` at `at`."""
        self.last_seen[identity] = max(at, self.last_seen.get(identity, at))

    def start_of(self, identity: Identity) -> datetime:
        """Returns the time after which news about `identity` are included."""
        return max(self.start, self.last_seen.get(identity, self.start))


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """Entry of a digest: an item, or the new comments of a discussion."""

    section: str
    source: str
    key: int
    identity: Identity
    reason: str = ""
    rank: tuple[float, ...] = (0,)
    # For comments: start of the period, if it is not the end of the last digest.
    since: datetime | None = None


@dataclass
class Selection:
    """Entries of one reader."""

    entries: list[DigestEntry] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[list]:
        """Rows of `Delivery.items`."""
        return packed(
            Entry(entry.section, entry.source, entry.key, entry.reason, entry.since) for entry in self.entries
        )

    @property
    def things(self) -> int:
        """Number of distinct objects of the entries, each of which is one line."""
        return len({entry.identity for entry in self.entries})


def readers_of(subscribers: Sequence[Subscriber], starts: dict[int, datetime]) -> dict[int, Reader]:
    """Returns `subscribers` as readers, by primary key (four queries in total)."""
    readers = {
        subscriber.pk: Reader(
            start=starts[subscriber.pk], user_id=subscriber.user_id, only_topics=subscriber.only_topics
        )
        for subscriber in subscribers
    }
    chosen = Subscriber.topics.through.objects.filter(subscriber__in=list(readers))
    for subscriber_id, topic_id in chosen.values_list("subscriber_id", "topicpage_id"):
        readers[subscriber_id].topics.add(topic_id)
    by_user = {reader.user_id: reader for reader in readers.values() if reader.user_id}
    if by_user:
        add_choices(by_user)
    return readers


def add_choices(by_user: dict[int, Reader]) -> None:
    """Adds the follows, supports, stopped follows and answered polls of the readers who have an account."""
    follows = Follow.objects.filter(user__in=list(by_user)).values_list(
        "user_id", "discussion__proposal_id", "discussion__page_id", "source", "muted", "created_at"
    )
    for user_id, proposal_id, page_id, reason, muted, at in follows:
        identity = identity_of(proposal_id, page_id)
        if muted:
            by_user[user_id].muted.add(identity)
        else:
            by_user[user_id].follows[identity] = reason
            by_user[user_id].saw(identity, at)
    supports = Support.objects.filter(user__in=list(by_user)).values_list("user_id", "proposal_id", "created_at")
    for user_id, proposal_id, at in supports:
        by_user[user_id].saw(("proposals", proposal_id), at)
    for user_id, poll_id in Participation.objects.filter(user__in=list(by_user)).values_list("user_id", "poll_id"):
        by_user[user_id].answered_polls.add(poll_id)


SelectionCache = dict[tuple[datetime, bool, frozenset[int]], Selection]


def choose(activity: Activity, reader: Reader, cache: SelectionCache | None = None) -> Selection:
    """Returns the selection of `activity` for `reader`, the best items first in each section.

    Deterministic. Most readers follow nothing, did nothing and chose the same subjects. `cache` shares the selection
    among them, so callers must not change it.
    """
    personal = reader.last_seen or reader.muted or reader.answered_polls or reader.user_id in activity.people
    if cache is None or personal:
        return _choose(activity, reader)
    key = (reader.start, reader.only_topics, frozenset(reader.topics))
    if key not in cache:
        cache[key] = _choose(activity, reader)
    return cache[key]


def _choose(activity: Activity, reader: Reader) -> Selection:
    end = activity.window.end
    entries = [entry for item in activity.general if (entry := _general(item, reader, end))]
    concerning = activity.owned.get(reader.user_id, []) if reader.user_id else []
    for identity in dict.fromkeys([*concerning, *reader.follows]):
        if identity not in reader.muted:
            entries += _changes(activity.steps.get(identity, ()), reader, end)
            entries += _additions(activity.addenda.get(identity, ()), reader, end)
            discussion = activity.discussions.get(identity)
            entries += _comments(discussion, reader, end) if discussion else ()
    return _arrange(entries)


def _general(item: Item, reader: Reader, end: datetime) -> DigestEntry | None:
    """Returns the entry of an item for any reader, because it is new or near; None if it is left out."""
    if not (reader.start_of(item.identity) < item.at <= end or item.is_near):
        return None
    if item.identity in reader.muted:
        return None
    is_own = reader.user_id in item.owner_ids
    if reader.user_id in item.author_ids:
        return None
    on_topic = item.has_topic and item.topic_id in reader.topics
    reason = reader.follows.get(item.identity) or (BY_TOPIC if on_topic else "")
    if reader.only_topics and reader.topics and item.has_topic and not (is_own or reason):
        return None
    if item.source == "polls" and item.key in reader.answered_polls:
        return None
    if is_own:
        return DigestEntry(OWN, item.source, item.key, item.identity, "", item.rank)
    section = FOLLOWED if on_topic and item.source in TOLD_BY_TOPIC else JOINED.get(item.source, item.source)
    return DigestEntry(section, item.source, item.key, item.identity, reason, item.rank)


def _changes(steps: Sequence[Item], reader: Reader, end: datetime) -> list[DigestEntry]:
    """Returns the changes of one proposal, for an author or follower; empty if its state is the same as before."""
    visible_items = [
        item for item in _news(steps, reader, end) if not item.is_private or reader.user_id in item.owner_ids
    ]
    if not visible_items or visible_items[0].object.from_state == visible_items[-1].object.to_state:
        return []
    return [
        _personal(item.source, item.key, item.identity, item.owner_ids, visible_items[-1].rank, reader)
        for item in visible_items
    ]


def _additions(addenda: Sequence[Item], reader: Reader, end: datetime) -> list[DigestEntry]:
    return [
        _personal(item.source, item.key, item.identity, item.owner_ids, item.rank, reader)
        for item in _news(addenda, reader, end)
    ]


def _news(items: Sequence[Item], reader: Reader, end: datetime) -> list[Item]:
    """Returns the `items` by others since the last digest of `reader`."""
    return [
        item
        for item in items
        if reader.start_of(item.identity) < item.at <= end and reader.user_id not in item.author_ids
    ]


def _comments(discussion: DiscussionActivity, reader: Reader, end: datetime) -> list[DigestEntry]:
    start = reader.start_of(discussion.identity)
    comments = discussion.comments_for(reader.user_id, start=start, end=end)
    if not comments:
        return []
    rank = (comments[-1].at.timestamp(),)
    entry = _personal(COMMENTS, discussion.discussion_id, discussion.identity, discussion.owner_ids, rank, reader)
    return [replace(entry, since=start if start > reader.start else None)]


def _personal(
    source: str, key: int, identity: Identity, owner_ids: frozenset[int], rank: tuple[float, ...], reader: Reader
) -> DigestEntry:
    is_own = reader.user_id in owner_ids
    return DigestEntry(
        OWN if is_own else FOLLOWED, source, key, identity, "" if is_own else reader.follows.get(identity, ""), rank
    )


def _arrange(entries: Iterable[DigestEntry]) -> Selection:
    """Puts all entries about one object into the first section that has one, the best object of each section first."""
    by_identity: dict[Identity, list[DigestEntry]] = defaultdict(list)
    for entry in entries:
        by_identity[entry.identity].append(entry)
    by_section: dict[str, list[list[DigestEntry]]] = defaultdict(list)
    for group in by_identity.values():
        by_section[min((entry.section for entry in group), key=SECTIONS.index)].append(group)
    selection = Selection()
    for section in SECTIONS:
        for group in sorted(by_section[section], key=_first_rank, reverse=True):
            selection.entries += [
                entry if entry.section == section else replace(entry, section=section) for entry in group
            ]
    return selection


def _first_rank(group: list[DigestEntry]) -> tuple[tuple[float, ...], Identity]:
    """Returns the sort key of groups: the greatest rank, then the highest primary key, so that the order is fixed."""
    return max(entry.rank for entry in group), group[0].identity
