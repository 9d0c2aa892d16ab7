"""Content of the home page: next session, proposals and answers, topics, spotlight, watch, members."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import caches
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page

from cms.models import BasePage, CustomImage, NewsPage, Spotlight
from cms.models.files import images_with_covers
from cms.models.pages import TOPIC_KEYS
from cms.models.visibility import published_pages
from committee.models import AgendaItem, Member, SessionPage, TopicPage, family_of
from committee.models.members import sitting_members
from indicators.models import Restitution
from participation.models import CallPage, OfficialAnswer, Proposal
from participation.queries.proposals import SHOWN_ON_CARDS, SORTS
from veille.models import VeilleEntryPage

AGENDA_ITEMS = 3
PROPOSALS = 2
ANSWERS = 2
FEATURED = 3
# Types of pages that editors may choose (`cms.Spotlight`).
FEATURED_TYPES: dict[str, type[BasePage]] = {
    str(model._meta.model_name): model for model in (NewsPage, SessionPage, CallPage, VeilleEntryPage)
}
WATCH_ENTRIES = 1
MEMBERS = 12
# Path to the topic of a page, by type.
TOPICS = (*(f"newspage__related_page__{path}" for path in TOPIC_KEYS), "veilleentrypage__topic", "callpage__topic")
UNDER_DISCUSSION = Proposal.WAITING_STATES
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FeaturedPage:
    """Card of the spotlight: page, text, and date of a session or of a publication."""

    page: Page
    kind: str
    introduction: str
    day: datetime | None
    image: CustomImage | None
    pictogram: str

    @property
    def family(self) -> str:
        """Colour family of its topic; empty for the colours of the house."""
        return family_of(self.pictogram)


@dataclass(frozen=True)
class Overview:
    """Content of the home page, except open activities. Constant number of queries."""

    session: SessionPage | None
    report: Restitution | None
    agenda: list[str]
    proposals: list[Proposal]
    proposal_count: int
    answers: list[OfficialAnswer]
    topics: list[TopicPage]
    featured: list[FeaturedPage]
    watch: list[VeilleEntryPage]
    members: list[Member]
    member_count: int


def overview(*, now: datetime) -> Overview:
    """Returns the public content of the home page at `now`, in a fixed number of queries."""
    sessions = SessionPage.objects.published().upcoming(now).scheduled()
    session = sessions.only("title", "slug", "url_path", "number", "starts_at", "ends_at", "place").first()
    published = TopicPage.objects.published().only("title", "live", "url_path", "number", "pictogram", "progress")
    topics: dict[int | None, TopicPage] = {topic.pk: topic for topic in published}
    featured, watch = _featured(Spotlight.shown()), _watch()
    sitting = sitting_members(timezone.localdate(now))
    members = [sitting_member.member for sitting_member in sitting if sitting_member.member.is_named][:MEMBERS]
    images = images_with_covers({page.image_id for page in [*featured, *watch] if page.image_id})
    for entry in watch:
        entry.topic, entry.image = topics.get(entry.topic_id), images.get(entry.image_id)
    proposals, answers = _proposals(), _answers()
    for proposal in [*proposals, *(answer.proposal for answer in answers)]:
        proposal.topic = topics.get(proposal.topic_id)
    return Overview(
        session=session,
        report=Restitution.objects.to_be_told(now).defer("figures").first(),
        agenda=_agenda(session) if session else [],
        proposals=proposals,
        proposal_count=_proposal_count(),
        answers=answers,
        topics=[*topics.values()],
        featured=[_card(page, topics, images) for page in featured],
        watch=watch,
        members=members,
        member_count=len(sitting),
    )


def _agenda(session: SessionPage) -> list[str]:
    """Returns the titles of the first agenda items of `session`."""
    points = AgendaItem.objects.filter(session=session).order_by("sort_order")
    return list(points.values_list("title", flat=True)[:AGENDA_ITEMS])


def _watch() -> list[VeilleEntryPage]:
    """Returns the latest entries of the watch."""
    fields = ("title", "url_path", "introduction", "image", "place", "stance", "topic")
    return list(VeilleEntryPage.objects.published().only(*fields)[:WATCH_ENTRIES])


def _proposals() -> list[Proposal]:
    """Returns the latest proposals under discussion, in the order of their list, without their topics."""
    discussed = Proposal.objects.published().filter(state__in=UNDER_DISCUSSION, published_at__isnull=False)
    return list(discussed.only(*SHOWN_ON_CARDS).order_by(*SORTS["recentes"])[:PROPOSALS])


def _proposal_count() -> int:
    """Returns the number of public proposals. Cached in the process for one minute, because all rows are counted."""
    return caches["local"].get_or_set("proposal_count", Proposal.objects.published().count) or 0


def _answers() -> list[OfficialAnswer]:
    """Returns the latest answers, one for each proposal. Their proposals are first found by an index."""
    answered = Proposal.objects.published().filter(answered_at__isnull=False).order_by("-answered_at", "-pk")
    newest = OfficialAnswer.objects.public().newest().filter(proposal__in=answered.values("pk")[:ANSWERS])
    newest = newest.select_related("proposal")
    about = [f"proposal__{name}" for name in SHOWN_ON_CARDS]
    return list(newest.only("decision", "reasons", "has_marks", "published_at", *about))


def _featured(spotlight: Spotlight) -> list[Any]:
    """Returns the pages chosen by editors that are public, in their order, then the latest news to fill up.

    At most two queries, one if nothing was chosen.
    """
    chosen = [pk for pk in spotlight.featured if pk][:FEATURED]
    pages: list[Any] = list(_chosen_pages(chosen)) if chosen else []
    if len(pages) < FEATURED:
        pages += _latest_news(chosen)
    rank = {pk: place for place, pk in enumerate(chosen)}
    newest_first = sorted(pages, key=lambda page: (page.first_published_at or NEVER, page.pk), reverse=True)
    return sorted(newest_first, key=lambda page: rank.get(page.pk, FEATURED))[:FEATURED]


def _card(page: Any, topics: dict[int | None, TopicPage], images: dict[int | None, CustomImage]) -> FeaturedPage:
    """Returns the card of a page of the spotlight, with the pictogram of its topic if that is public."""
    return FeaturedPage(
        page=page,
        kind=FEATURED_TYPES[page.type_name]._meta.verbose_name,
        introduction=page.introduction,
        day=page.day,
        image=images.get(page.image_id),
        pictogram=topics[page.topic_key].pictogram if page.topic_key in topics else "",
    )


def _chosen_pages(pks: Collection[int]) -> QuerySet[Page]:
    """Returns the pages among `pks` that are public and may be chosen, with the data of their cards."""
    introductions = [f"{name}__introduction" for name in FEATURED_TYPES]
    return published_pages(Page.objects.filter(pk__in=pks, content_type__model__in=FEATURED_TYPES)).annotate(
        introduction=Coalesce(*introductions, Value(""), output_field=TextField()),
        day=Coalesce("sessionpage__starts_at", "first_published_at"),
        # Type of the page, without loading its row.
        type_name=F("content_type__model"),
        image_id=Coalesce("newspage__image", "veilleentrypage__image"),
        topic_key=Coalesce(*TOPICS),
    )


def _latest_news(chosen: Collection[int]) -> QuerySet[NewsPage]:
    """Returns the latest public news except the pages `chosen`, with the data of their cards.

    A separate query: for both together PostgreSQL expects hundreds of pages, and reads all of them. `topic_key` is
    the topic, or any other page that the news is about.
    """
    # A subquery: three more joins would take PostgreSQL longer to plan than the rest.
    topic_of_call = CallPage.objects.filter(pk=OuterRef("related_page_id")).order_by().values("topic")
    return (
        NewsPage.objects.published()
        .exclude(pk__in=chosen)
        .only("title", "url_path", "first_published_at", "introduction", "image")
        .annotate(
            day=F("first_published_at"),
            type_name=Value("newspage"),
            topic_key=Coalesce(Subquery(topic_of_call), "related_page_id", output_field=IntegerField()),
        )[:FEATURED]
    )
