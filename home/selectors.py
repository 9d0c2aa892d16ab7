"""What the home page shows: the next session, proposals, answers, the programme, news and the watch."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Q, Subquery, Value

from cms.models import NewsPage
from committee.models import SessionPage, TopicPage
from participation.models import Proposal
from polls.models import Poll
from veille.models import VeilleEntryPage

AGENDA_ITEMS = 3
PROPOSALS = 3
ANSWERS = 2
NEWS = 2
WATCH_ENTRIES = 2
UNDER_DISCUSSION = (Proposal.State.PUBLISHED, Proposal.State.STUDIED)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Overview:
    """Everything on the home page. The number of queries does not depend on how much there is."""

    session: SessionPage | None
    agenda: list[str]
    poll: Poll | None
    poll_is_open: bool
    proposals: list[Proposal]
    proposal_count: int
    answers: list[Proposal]
    progress: list[tuple[str, int]]
    topic_count: int
    news: list[NewsPage]
    watch: list[VeilleEntryPage]


def overview(*, now: datetime) -> Overview:
    """Reads what the home page shows at `now`, all of it public, in seven questions."""
    session = SessionPage.objects.published().next(now)
    agenda = list(session.agenda_items.values_list("title", flat=True)[:AGENDA_ITEMS]) if session else []
    poll = Poll.objects.published(now).most_current(now).first()
    proposals, answers, proposal_count = _proposals()
    topics = dict(TopicPage.objects.published().order_by().values_list("progress").annotate(number=Count("pk")))
    return Overview(
        session=session,
        agenda=agenda,
        poll=poll,
        poll_is_open=poll is not None and poll.is_open(now),
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


def _proposals() -> tuple[list[Proposal], list[Proposal], int]:
    """Returns the latest proposals under discussion, the latest answers, and how many are public. One query."""
    published = Proposal.objects.published()
    discussed = (
        published.filter(state__in=UNDER_DISCUSSION)
        .order_by(F("published_at").desc(nulls_last=True), "-pk")
        .values("pk")[:PROPOSALS]
    )
    answered = (
        published.filter(state__in=Proposal.ANSWERED_STATES)
        .order_by(F("state_changed_at").desc(nulls_last=True), "-pk")
        .values("pk")[:ANSWERS]
    )
    everything = published.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    found = list(
        published.filter(Q(pk__in=Subquery(discussed)) | Q(pk__in=Subquery(answered)))
        .select_related("author", "topic")
        .annotate(public_count=Subquery(everything))
    )
    proposals = [proposal for proposal in found if proposal.state in UNDER_DISCUSSION]
    answers = [proposal for proposal in found if proposal.state not in UNDER_DISCUSSION]
    return (
        sorted(proposals, key=lambda one: (one.published_at or NEVER, one.pk), reverse=True),
        sorted(answers, key=lambda one: (one.state_changed_at or NEVER, one.pk), reverse=True),
        found[0].public_count if found else 0,
    )
