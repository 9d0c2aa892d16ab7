"""What the home page shows: the next session, proposals, answers, the programme, news and the watch."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

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
    """Reads what the home page shows at `now`, all of it public."""
    session = SessionPage.objects.published().next(now)
    agenda = list(session.agenda_items.values_list("title", flat=True)[:AGENDA_ITEMS]) if session else []
    # The open poll that ends first, else the latest one, for its results.
    poll = Poll.objects.open(now).order_by("closes_at").first()
    latest = poll or Poll.objects.published(now).order_by("-closes_at").first()
    published = Proposal.objects.published()
    in_discussion = published.filter(state__in=(Proposal.State.PUBLISHED, Proposal.State.STUDIED))
    topics = dict(TopicPage.objects.published().order_by().values_list("progress").annotate(number=Count("pk")))
    return Overview(
        session=session,
        agenda=agenda,
        poll=latest,
        poll_is_open=poll is not None,
        proposals=list(in_discussion.select_related("author", "topic").order_by("-published_at", "-pk")[:PROPOSALS]),
        proposal_count=published.count(),
        answers=list(
            published.filter(state__in=Proposal.ANSWERED_STATES)
            .select_related("author", "topic")
            .order_by("-state_changed_at", "-pk")[:ANSWERS]
        ),
        progress=[
            (str(TopicPage.Progress(progress).label), topics.get(progress, 0))
            for progress in (TopicPage.Progress.DONE, TopicPage.Progress.ONGOING, TopicPage.Progress.UPCOMING)
        ],
        topic_count=sum(topics.values()),
        news=list(NewsPage.objects.published()[:NEWS]),
        watch=list(VeilleEntryPage.objects.published().select_related("theme")[:WATCH_ENTRIES]),
    )
