"""What a letter can tell: one query per source, for everybody. `digests.selection` chooses what concerns one reader.

A source is used twice: when an edition is planned, to find what happened in a window, and when a mail is written, to
read the chosen items again. Both go through the same visibility rule, so what was hidden meanwhile does not leave.

States, not events: a change of a proposal is told from the steps of its history up to the cutoff, the comments of a
discussion by their number and the latest one. A retry therefore tells the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cms.models import NewsPage
from cms.visibility import with_visible_since
from committee.models import SessionPage
from common.urls import absolute_url
from participation.models import CallPage, CoAuthor, Comment, Discussion, OfficialAnswer, Proposal, ProposalStep
from polls.models import Poll
from veille.models import VeilleEntryPage

# What a letter tells once, whatever happened to it: ("proposals", 12), ("pages", 34), ("polls", 5).
Identity = tuple[str, int]
Ref = tuple[str, int]


@dataclass(frozen=True)
class Item:
    """One thing that happened. `object` is what the letter shows of it."""

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
    """What an edition looks at: what happened in `(start, end]`, and what comes in `(soon_from, soon_until]`."""

    start: datetime
    end: datetime
    soon_from: datetime
    soon_until: datetime

    def happened(self, field: str) -> Q:
        return Q(**{f"{field}__gt": self.start, f"{field}__lte": self.end})

    def is_soon(self, field: str) -> Q:
        return Q(**{f"{field}__gt": self.soon_from, f"{field}__lte": self.soon_until})

    def holds_soon(self, moment: datetime | None) -> bool:
        return moment is not None and self.soon_from < moment <= self.soon_until


@dataclass(frozen=True)
class Source:
    """`public` is the visibility rule at a moment, `happened` narrows it to a window, `item` says what is told."""

    name: str
    public: Callable[[datetime], QuerySet]
    happened: Callable[[QuerySet, Window], QuerySet]
    item: Callable[[Any, Window | None], Item]

    def in_window(self, window: Window, *, now: datetime) -> list[Item]:
        """Everything that happened in `window` and is public at `now` (one query)."""
        return [self.item(found, window) for found in self.happened(self.public(now), window)]

    def by_keys(self, keys: Sequence[int], *, now: datetime) -> list[Item]:
        """What `keys` name, without what is not public any more at `now` (one query)."""
        return [self.item(found, None) for found in self.public(now).filter(pk__in=keys)]


def page_url(page: Any) -> str:
    """Pages of this site have no other root than the home page: no query per address."""
    return absolute_url("/" + "/".join(page.url_path.split("/")[2:]))


# --- Pages ---------------------------------------------------------------------------------------------------------


def _page_source(name: str, pages: Callable[[], QuerySet], *, has_topic: bool = False, closes: bool = False) -> Source:
    """A source of pages that are told when they become visible, and again before they close, if they do."""

    def happened(found: QuerySet, window: Window) -> QuerySet:
        shown = window.happened("visible_since")
        if not closes:
            return found.filter(shown)
        return found.filter(shown | window.is_soon("closes_at"), Q(closes_at=None) | Q(closes_at__gt=window.end))

    def item(page: Any, window: Window | None) -> Item:
        return Item(
            source=name,
            object=page,
            at=page.visible_since,
            url=page_url(page),
            identity=("pages", page.pk),
            title=page.title,
            has_topic=has_topic,
            topic_id=page.topic_id if has_topic else None,
            is_near=bool(closes and window and window.holds_soon(page.closes_at)),
            rank=(page.visible_since.timestamp(),),
        )

    def public(now: datetime) -> QuerySet:
        return with_visible_since(pages()).filter(visible_since__isnull=False).order_by("-visible_since", "-pk")

    return Source(name, public, happened, item)


def _sessions_that_happened(sessions: QuerySet, window: Window) -> QuerySet:
    """Sessions to come that were announced in the window, or that take place before the next letter."""
    return sessions.filter(window.happened("visible_since") | window.is_soon("starts_at"), ends_at__gt=window.end)


def _session_item(page: SessionPage, window: Window | None) -> Item:
    return Item(
        source="sessions",
        object=page,
        at=page.visible_since or page.starts_at,  # type: ignore[attr-defined]
        url=page_url(page),
        identity=("pages", page.pk),
        title=page.title,
        is_near=bool(window and window.holds_soon(page.starts_at)),
        rank=(-page.starts_at.timestamp(),),
    )


SESSIONS = Source(
    name="sessions",
    public=lambda now: with_visible_since(SessionPage.objects.published()).defer("minutes").order_by("starts_at", "pk"),
    happened=_sessions_that_happened,
    item=_session_item,
)
# What an import brought is not news.
CALLS = _page_source(
    "calls",
    lambda: CallPage.objects.published().filter(source_url__isnull=True).defer("body"),
    has_topic=True,
    closes=True,
)
NEWS = _page_source("news", lambda: NewsPage.objects.published().defer("body"))
VEILLE = _page_source(
    "veille", lambda: VeilleEntryPage.objects.published().defer("body", "effects", "lesson"), has_topic=True
)


# --- Polls ---------------------------------------------------------------------------------------------------------


def _poll_item(poll: Poll, window: Window | None) -> Item:
    return Item(
        source="polls",
        object=poll,
        at=poll.opens_at,
        url=absolute_url(poll.get_absolute_url()),
        identity=("polls", poll.pk),
        title=poll.title,
        is_near=bool(window and window.holds_soon(poll.closes_at)),
        rank=(-poll.closes_at.timestamp(),),
    )


POLLS = Source(
    name="polls",
    public=lambda now: Poll.objects.published(now).order_by("closes_at", "pk"),
    happened=lambda polls, window: polls.filter(
        window.happened("opens_at") | window.is_soon("closes_at"), closes_at__gt=window.end, opens_at__lte=window.end
    ),
    item=_poll_item,
)


# --- Proposals -----------------------------------------------------------------------------------------------------


def _about(proposal: Proposal) -> dict[str, Any]:
    """What an item about a proposal says of it."""
    return {
        "identity": ("proposals", proposal.pk),
        "title": proposal.title,
        "owner_ids": proposal.author_ids,
        "has_topic": True,
        "topic_id": proposal.topic_id,
    }


def _people_in_the_discussion() -> Coalesce:
    """How many people wrote a published comment on a proposal: ten comments of one person count once."""
    comments = Comment.objects.filter(discussion__proposal=OuterRef("pk"), state=Comment.State.PUBLISHED).order_by()
    people = comments.values("discussion").annotate(people=Count("author", distinct=True)).values("people")
    return Coalesce(Subquery(people, output_field=IntegerField()), 0)


def _proposal_item(proposal: Proposal, window: Window | None) -> Item:
    """The publication; its authors are told by the step."""
    at = proposal.published_at or proposal.created_at
    people = proposal.support_count + getattr(proposal, "people", 0)
    return Item(
        source="proposals",
        object=proposal,
        at=at,
        url=absolute_url(proposal.get_absolute_url()),
        author_ids=proposal.author_ids,
        rank=(people, at.timestamp()),
        **_about(proposal),
    )


def _step_item(step: ProposalStep, window: Window | None) -> Item:
    """A change of state. What is not public is told to the authors alone."""
    return Item(
        source="steps",
        object=step,
        at=step.at,
        url=absolute_url(step.proposal.get_absolute_url()),
        author_ids=frozenset(filter(None, [step.actor_id])),
        is_private=not step.proposal.is_public,
        rank=(step.at.timestamp(),),
        **_about(step.proposal),
    )


def _answer_item(answer: OfficialAnswer, window: Window | None) -> Item:
    """The one who wrote an answer is told it all the same: an answer is the word of a service."""
    at = answer.published_at
    assert at is not None, "a check constraint of the table says so"  # noqa: S101
    return Item(
        source="official-answers",
        object=answer,
        at=at,
        url=absolute_url(answer.get_absolute_url()),
        rank=(at.timestamp(),),
        **_about(answer.proposal),
    )


PROPOSALS = Source(
    name="proposals",
    public=lambda now: (
        Proposal.objects.published()
        .filter(source_url__isnull=True)
        .prefetch_related("co_authorships")
        .defer("problem", "body")
    ),
    happened=lambda proposals, window: (
        proposals.filter(window.happened("published_at"))
        .annotate(people=_people_in_the_discussion())
        .order_by("-published_at", "-pk")
    ),
    item=_proposal_item,
)
STEPS = Source(
    name="steps",
    # The reception of a proposal is what its author did; what an import brought is not news.
    public=lambda now: (
        ProposalStep.objects.filter(kind=ProposalStep.Kind.STATE)
        .exclude(from_state="")
        .exclude(role=ProposalStep.Role.IMPORT)
        .select_related("proposal")
        .prefetch_related("proposal__co_authorships")
        .defer("proposal__problem", "proposal__body", "reason")
        .order_by("at", "pk")
    ),
    happened=lambda steps, window: steps.filter(window.happened("at")),
    item=_step_item,
)
ANSWERS = Source(
    name="official-answers",
    public=lambda now: (
        OfficialAnswer.objects.public()
        .select_related("proposal")
        .prefetch_related("proposal__co_authorships")
        .defer("proposal__problem", "proposal__body", "next_steps")
        .order_by("-published_at", "-pk")
    ),
    happened=lambda answers, window: answers.filter(window.happened("published_at")),
    item=_answer_item,
)

SOURCES = (SESSIONS, ANSWERS, STEPS, PROPOSALS, CALLS, POLLS, NEWS, VEILLE)
SOURCE_OF = {source.name: source for source in SOURCES}
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
            identity = ("proposals", proposal_id) if proposal_id else ("pages", page_id)
            owners = frozenset(filter(None, [owner_id]))
            talk = found[discussion_id] = Talk(discussion_id, identity, owners)
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
        return [item for item in self.items if item.source != STEPS.name]

    @cached_property
    def steps(self) -> dict[Identity, list[Item]]:
        """The changes of each proposal, in the order of time."""
        found: dict[Identity, list[Item]] = defaultdict(list)
        for item in self.items:
            if item.source == STEPS.name:
                found[item.identity].append(item)
        return dict(found)

    @cached_property
    def owned(self) -> dict[int, list[Identity]]:
        """Which proposals of each author something happened to."""
        found: dict[int, dict[Identity, None]] = defaultdict(dict)
        for items in self.steps.values():
            for item in items:
                for owner in item.owner_ids:
                    found[owner][item.identity] = None
        for talk in self.talks.values():
            for owner in talk.owner_ids:
                found[owner][talk.identity] = None
        return {owner: list(identities) for owner, identities in found.items()}


def happened(window: Window, *, now: datetime, user_ids: Iterable[int] = ()) -> Happenings:
    """Everything that happened in `window` and is public at `now`: a query per source.

    Comments are those that concern `user_ids`: in what they follow, and on what they propose.
    """
    users = list(user_ids)
    items = [item for source in SOURCES for item in source.in_window(window, now=now)]
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
