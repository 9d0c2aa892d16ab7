"""Content of the home page: the poll, the next session, proposals, answers, the programme, news and the watch."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value

from accounts.models import User
from cms.models import NewsPage
from committee.models import SessionPage, TopicPage
from participation.models import OfficialAnswer, Proposal
from polls.models import Poll
from polls.queries.electorate import answered_by
from veille.models import VeilleEntryPage

AGENDA_ITEMS = 3
PROPOSALS = 3
ANSWERS = 2
NEWS = 2
WATCH_ENTRIES = 2
UNDER_DISCUSSION = Proposal.WAITING_STATES
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class CurrentPoll:
    """The poll of the home page, whether it may be answered now, and whether the reader has done so."""

    poll: Poll
    is_open: bool
    is_answered: bool


@dataclass(frozen=True)
class Overview:
    """All of the home page but the poll. The number of queries does not depend on how much there is."""

    session: SessionPage | None
    agenda: list[str]
    proposals: list[Proposal]
    proposal_count: int
    answers: list[OfficialAnswer]
    progress: list[tuple[str, int]]
    topic_count: int
    news: list[NewsPage]
    watch: list[VeilleEntryPage]


def current_poll(*, user: User | AnonymousUser, now: datetime) -> CurrentPoll | None:
    """Returns the open poll that closes first, or the latest one that is over, for the reader `user`.

    While only the committee may answer, nobody else is asked to; what it chose is for everyone.
    """
    asked = Poll.objects.published(now).exclude(audience__in=Poll.INTERNAL, closes_at__gt=now)
    poll = asked.most_current(now).first()
    return CurrentPoll(poll, poll.is_open(now), bool(answered_by(user, [poll], now))) if poll else None


def overview(*, now: datetime) -> Overview:
    """Returns what the home page shows at `now`, all of it public, in six queries."""
    session = SessionPage.objects.published().next(now)
    agenda = list(session.agenda_items.values_list("title", flat=True)[:AGENDA_ITEMS]) if session else []
    proposals, answers, proposal_count = _proposals()
    topics = dict(TopicPage.objects.published().order_by().values_list("progress").annotate(number=Count("pk")))
    return Overview(
        session=session,
        agenda=agenda,
        proposals=proposals,
        proposal_count=proposal_count,
        answers=answers,
        progress=[
            (progress.heading, topics.get(progress, 0))
            for progress in (TopicPage.Progress.ONGOING, TopicPage.Progress.UPCOMING, TopicPage.Progress.DONE)
        ],
        topic_count=sum(topics.values()),
        # Bodies are the greater part of a page, and no list shows them.
        news=list(NewsPage.objects.published().defer("body")[:NEWS]),
        watch=list(
            VeilleEntryPage.objects.published().defer("body", "effects").select_related("theme")[:WATCH_ENTRIES]
        ),
    )


@cache
def _few_proposals() -> QuerySet[Proposal]:
    """The latest proposals under discussion and those with the latest answers; built once, nothing of it changes."""
    published = Proposal.objects.published()
    # The order of the list of proposals, which has an index.
    discussed = (
        published.filter(state__in=UNDER_DISCUSSION, published_at__isnull=False)
        .order_by(F("published_at").desc(nulls_first=True), "-pk")
        .values("pk")[:PROPOSALS]
    )
    answered = published.filter(answered_at__isnull=False).order_by("-answered_at", "-pk").values("pk")[:ANSWERS]
    answer = OfficialAnswer.objects.public().newest().filter(proposal=OuterRef("pk"))
    everything = published.order_by().values(one=Value(1)).annotate(number=Count("*")).values("number")
    # Each found by itself, and their numbers before all else: PostgreSQL reads the whole table for an "or", and joins
    # all proposals to their topics to keep five.
    few = [Proposal.objects.filter(pk__in=Subquery(some)).order_by().values("pk") for some in (discussed, answered)]
    return (
        Proposal.objects.filter(pk__in=few[0].union(few[1]))
        .select_related("topic")
        .defer("topic__body")
        .annotate(
            public_count=Subquery(everything),
            **{f"answer_{name}": Subquery(answer.values(name)[:1]) for name in ("pk", "decision", "reasons")},
        )
    )


def _proposals() -> tuple[list[Proposal], list[OfficialAnswer], int]:
    """Returns the latest proposals under discussion, the latest answers, and how many are public. One query."""
    found = list(_few_proposals().all())
    proposals = [proposal for proposal in found if proposal.state in UNDER_DISCUSSION]
    answers = [
        OfficialAnswer(
            pk=proposal.answer_pk,
            proposal=proposal,
            decision=proposal.answer_decision,
            reasons=proposal.answer_reasons,
            published_at=proposal.answered_at,
        )
        for proposal in found
        if proposal.answer_pk
    ]
    return (
        sorted(proposals, key=lambda one: (one.published_at or NEVER, one.pk), reverse=True)[:PROPOSALS],
        sorted(answers, key=lambda one: (one.published_at or NEVER, one.proposal_id), reverse=True)[:ANSWERS],
        found[0].public_count if found else 0,
    )
