"""What a letter can tell. One query per source for everybody; what concerns one reader is chosen in memory.

A source is used twice: when an edition is planned, to find what happened in a window, and when a mail is written, to
read the chosen items again. Both go through the same visibility rule, so what was hidden meanwhile does not leave.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.models import NewsPage
from committee.models import SessionPage
from common.urls import absolute_url
from participation.models import CallPage, CoAuthor, Comment, OfficialAnswer, Proposal
from polls.models import Poll
from veille.models import VeilleEntryPage

Ref = tuple[str, int]


@dataclass(frozen=True)
class Item:
    """One thing that happened. `object` is what the templates show; `author_ids` are those who know already."""

    source: str
    object: Any
    at: datetime
    url: str
    author_ids: frozenset[int] = frozenset()
    # For whom it is, if it is not for all.
    for_user_ids: frozenset[int] | None = None

    # The number of the proposal that it tells of, if that is not `object` itself: a letter tells each one once.
    proposal_id: int | None = None

    def is_for(self, user_id: int | None) -> bool:
        """Says whether a reader is told: what is for all, but for those who know already, or for her."""
        return user_id not in self.author_ids and (self.for_user_ids is None or user_id in self.for_user_ids)

    @property
    def ref(self) -> Ref:
        return self.source, self.object.pk

    @property
    def identity(self) -> Ref:
        """What a letter tells once, whatever the source: an answer tells its proposal."""
        if self.proposal_id is not None:
            return PROPOSALS.name, self.proposal_id
        return SOURCE_OF[self.source].name, self.object.pk


@dataclass(frozen=True)
class Window:
    """What an edition looks at: `(start, end]`, sessions up to `ahead`, and the accounts of its readers."""

    start: datetime
    end: datetime
    ahead: datetime
    user_ids: frozenset[int]


@dataclass(frozen=True)
class Source:
    """`public` is the visibility rule at a moment, `happened` narrows it to a window, `items` says what is told."""

    name: str
    heading: Any
    public: Callable[[datetime], QuerySet]
    happened: Callable[[QuerySet, Window], QuerySet]
    items: Callable[[Any], Iterable[Item]]

    def in_window(self, window: Window) -> list[Item]:
        """Everything public that happened in `window` (one query)."""
        return [item for found in self.happened(self.public(window.end), window) for item in self.items(found)]

    def by_keys(self, keys: Sequence[int], *, now: datetime) -> list[Item]:
        """What `keys` name, without what is not public any more at `now` (one query)."""
        return [item for found in self.public(now).filter(pk__in=keys) for item in self.items(found)]


def _page_url(page: Any) -> str:
    """Pages of this site have no other root than the home page: no query per address."""
    return absolute_url("/" + "/".join(page.url_path.split("/")[2:]))


def _page_source(name: str, heading: Any, public: Callable[[datetime], QuerySet]) -> Source:
    return Source(
        name=name,
        heading=heading,
        public=public,
        happened=lambda pages, window: pages.filter(
            first_published_at__gt=window.start, first_published_at__lte=window.end
        ),
        items=lambda page: [Item(name, page, page.first_published_at, _page_url(page))],
    )


def _sessions_that_happened(sessions: QuerySet, window: Window) -> QuerySet:
    """Sessions to come that were announced in the window, or that take place before the next letter."""
    announced = Q(first_published_at__gt=window.start, first_published_at__lte=window.end)
    return sessions.filter(announced | Q(starts_at__lte=window.ahead), ends_at__gt=window.end).order_by("starts_at")


def _proposals_that_happened(proposals: QuerySet, window: Window) -> QuerySet:
    published = Q(published_at__gt=window.start, published_at__lte=window.end)
    changed = Q(state_changed_at__gt=window.start, state_changed_at__lte=window.end)
    return proposals.filter(published | changed)


def _proposal_items(proposal: Proposal) -> Iterable[Item]:
    """A change of state, for its authors; its publication, for all. A letter keeps one of them."""
    url = absolute_url(proposal.get_absolute_url())
    changed_at, published_at = proposal.state_changed_at, proposal.published_at
    latest = max(filter(None, [changed_at, published_at]))
    if proposal.author_ids:
        yield Item("own", proposal, latest, url, for_user_ids=proposal.author_ids)
    if published_at:
        yield Item("proposals", proposal, published_at, url, author_ids=proposal.author_ids)


def _answer_items(answer: OfficialAnswer) -> Iterable[Item]:
    """The authors were sent the whole answer by mail, and have the news among their own."""
    if answer.published_at:
        proposal = answer.proposal
        yield Item(
            ANSWERS.name,
            answer,
            answer.published_at,
            absolute_url(answer.get_absolute_url()),
            author_ids=proposal.author_ids,
            proposal_id=proposal.pk,
        )


def _comments_that_happened(comments: QuerySet, window: Window) -> QuerySet:
    written = Q(discussion__proposal__author__in=window.user_ids)
    joined = CoAuthor.objects.filter(user__in=window.user_ids).order_by().values("proposal")
    return comments.filter(
        written | Q(discussion__proposal__in=joined), published_at__gt=window.start, published_at__lte=window.end
    )


def _comment_items(comment: Comment) -> Iterable[Item]:
    proposal = comment.discussion.proposal
    if proposal is not None and comment.published_at and comment.author_id not in proposal.author_ids:
        url = f"{absolute_url(proposal.get_absolute_url())}#{comment.anchor}"
        yield Item("comments", comment, comment.published_at, url, for_user_ids=proposal.author_ids)


SESSIONS = Source(
    name="sessions",
    heading=_("Next session"),
    public=lambda now: SessionPage.objects.published().order_by("starts_at"),
    happened=_sessions_that_happened,
    items=lambda page: [Item("sessions", page, page.first_published_at or page.starts_at, _page_url(page))],
)
ANSWERS = Source(
    name="official-answers",
    heading=_("Official answers"),
    public=lambda now: (
        OfficialAnswer.objects.public()
        .select_related("proposal")
        .prefetch_related("proposal__co_authorships")
        .order_by("-published_at", "-pk")
    ),
    happened=lambda answers, window: answers.filter(published_at__gt=window.start, published_at__lte=window.end),
    items=_answer_items,
)
PROPOSALS = Source(
    name="proposals",
    heading=_("New proposals"),
    # What an import brought is not news.
    public=lambda now: (
        Proposal.objects.published()
        .filter(source_url__isnull=True)
        .prefetch_related("co_authorships")
        .order_by("-published_at", "-pk")
    ),
    happened=_proposals_that_happened,
    items=_proposal_items,
)
COMMENTS = Source(
    name="comments",
    heading=_("Comments on your proposals"),
    public=lambda now: (
        Comment.objects.public()
        .filter(discussion__proposal__isnull=False, source_url__isnull=True)
        .select_related("discussion__proposal", "author")
        .prefetch_related("discussion__proposal__co_authorships")
        .order_by("-published_at", "-pk")
    ),
    happened=_comments_that_happened,
    items=_comment_items,
)
CALLS = _page_source(
    "calls",
    _("Calls for proposals"),
    lambda now: CallPage.objects.published().filter(source_url__isnull=True).order_by("-first_published_at", "-pk"),
)
NEWS = _page_source("news", _("News"), lambda now: NewsPage.objects.published())
POLLS = Source(
    name="polls",
    heading=_("Polls"),
    public=lambda now: Poll.objects.published(now).order_by("-opens_at"),
    happened=lambda polls, window: polls.filter(opens_at__gt=window.start, opens_at__lte=window.end).filter(
        closes_at__gt=window.end
    ),
    items=lambda poll: [Item("polls", poll, poll.opens_at, absolute_url(poll.get_absolute_url()))],
)
VEILLE = _page_source("veille", _("Inspiring watch"), lambda now: VeilleEntryPage.objects.published())

SOURCES = (SESSIONS, ANSWERS, PROPOSALS, COMMENTS, CALLS, NEWS, POLLS, VEILLE)
# Refs of proposals say under which heading they stand; all are read again by the same source. "answers" is what letters
# called an answered proposal before answers were objects: one that was planned then tells nothing of it.
SOURCE_OF = {"own": PROPOSALS, "answers": PROPOSALS, **{source.name: source for source in SOURCES}}


def happened(window: Window) -> list[Item]:
    """Everything public that happened in `window` (one query per source)."""
    return [item for source in SOURCES for item in source.in_window(window)]


def read_again(refs: Iterable[Ref], *, now: datetime) -> dict[Ref, Item]:
    """The items that `refs` name and that are still public (one query per source that is named)."""
    wanted = set(refs)
    keys: dict[str, set[int]] = {}
    for name, key in wanted:
        keys.setdefault(SOURCE_OF[name].name, set()).add(key)
    return {
        item.ref: item
        for name, found in keys.items()
        for item in SOURCE_OF[name].by_keys(sorted(found), now=now)
        if item.ref in wanted
    }


def for_reader(
    items: Iterable[Item], *, user_id: int | None, start: datetime, end: datetime, ahead: datetime
) -> list[Item]:
    """Chooses from `items` what one reader is told: after `start` up to `end`, each object once.

    A session that takes place before `ahead` is told whenever it was announced. What a person did is not news to that
    person. Of the items of one proposal the first counts: the answer, for the author her own, then the publication.
    """
    chosen: list[Item] = []
    seen: set[tuple[str, int]] = set()
    for item in items:
        if not item.is_for(user_id):
            continue
        is_near = item.source == SESSIONS.name and item.object.starts_at <= ahead
        if not is_near and not start < item.at <= end:
            continue
        if item.identity in seen:
            continue
        seen.add(item.identity)
        chosen.append(item)
    return chosen
