"""Sources of the digest: one query per source, for all readers; `digests.queries.selection` selects for one.

A source is used twice: at planning, to find the events of a window, and at rendering, to load the selected items
again. Both apply the same visibility rule, so that content hidden in the meantime is not sent.

States, not events: a change of a proposal is composed from its history up to the cutoff, the comments of a
discussion from their number and the latest one. A retry therefore gives the same.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from wagtail.models import PageLogEntry

from cms.models import NewsPage
from cms.models.visibility import with_visible_since
from committee.models import SessionPage
from common.urls import absolute_url
from digests.queries.committee_sources import COMMITTEE_SOURCES
from digests.queries.field_sources import FINDINGS, SURVEYS
from digests.queries.items import Item, Source, Window, page_url
from fieldwork.models import CampaignPage
from inclusion.models import Workshop
from indicators.models import Indicator
from participation.models import Addendum, CallPage, Comment, OfficialAnswer, Proposal, ProposalStep
from polls.models import Poll
from veille.models import Criterion, Observation, VeilleEntryPage
from veille.models.stances import STANCE

# --- Pages ---------------------------------------------------------------------------------------------------------


def _page_source(
    name: str,
    pages: Callable[[], QuerySet],
    *,
    has_topic: bool = False,
    closes: bool = False,
    since: Callable[[QuerySet], QuerySet] = with_visible_since,
) -> Source:
    """Returns a source of pages, included when they become visible, and again before they close, if they do."""

    def within(queryset: QuerySet, window: Window) -> QuerySet:
        is_new = window.covers("visible_since")
        if not closes:
            return queryset.filter(is_new)
        return queryset.filter(is_new | window.is_soon("closes_at"), Q(closes_at=None) | Q(closes_at__gt=window.end))

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
        return since(pages()).filter(visible_since__isnull=False).order_by("-visible_since", "-pk")

    return Source(name, public, within, item)


def _sessions_within(sessions: QuerySet, window: Window) -> QuerySet:
    """Returns the sessions to come that were announced in the window, or take place before the next digest."""
    return sessions.filter(window.covers("visible_since") | window.is_soon("starts_at"), ends_at__gt=window.end)


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
    within=_sessions_within,
    item=_session_item,
)


def _with_stance_since(entries: QuerySet) -> QuerySet:
    """Annotates `visible_since`: the publication of an example, or the later date of its stance in the log."""
    stances = PageLogEntry.objects.filter(page=OuterRef("pk"), action=STANCE).order_by("-timestamp")
    stance_since = Case(When(stance="", then=None), default=Subquery(stances.values("timestamp")[:1]))
    since = F("visible_since")
    return with_visible_since(entries).annotate(visible_since=Coalesce(Greatest(since, stance_since), since))


# Imports are not news.
CALLS = _page_source(
    "calls",
    lambda: CallPage.objects.published().filter(source_url__isnull=True).defer("body"),
    has_topic=True,
    closes=True,
)
NEWS = _page_source("news", lambda: NewsPage.objects.published().defer("body"))
VEILLE = _page_source(
    "veille",
    lambda: VeilleEntryPage.objects.published().defer("body", "effects", "lesson"),
    has_topic=True,
    since=_with_stance_since,
)


CAMPAIGNS = _page_source("campaigns", lambda: CampaignPage.objects.published().defer("body"), has_topic=True)


def _topic_item(source: str, subject: Criterion | Indicator | Workshop, at: datetime) -> Item:
    """Returns the item of an object with a topic and an event `at`; the latest is ranked first."""
    return Item(
        source=source,
        object=subject,
        at=at,
        url=absolute_url(subject.get_absolute_url()),
        identity=(source, subject.pk),
        title=str(subject),
        has_topic=True,
        topic_id=subject.topic_id,
        rank=(at.timestamp(),),
    )


def _corrected_since() -> Subquery:
    """Returns the time of the last published correction of a criterion's finding, as a subquery."""
    corrections = Observation.objects.published().filter(criterion=OuterRef("pk"), replaces__isnull=False)
    return Subquery(corrections.order_by("-published_at").values("published_at")[:1])


def _criterion_item(criterion: Criterion, window: Window | None) -> Item:
    """Returns the item of a criterion: when it is published, and once for all corrections since the last digest."""
    at = criterion.published_at
    assert at is not None, "only published ones are asked for"  # noqa: S101
    corrected = criterion.corrected_at  # type: ignore[attr-defined]
    if corrected and corrected > at and (window is None or corrected <= window.end):
        at = corrected
    return _topic_item("criteria", criterion, at)


CRITERIA = Source(
    name="criteria",
    public=lambda now: (
        Criterion.objects.published().annotate(corrected_at=_corrected_since()).order_by("-published_at", "-pk")
    ),
    within=lambda criteria, window: criteria.filter(window.covers("published_at") | window.covers("corrected_at")),
    item=_criterion_item,
)


# --- Polls ---------------------------------------------------------------------------------------------------------


def _poll_item(poll: Poll, window: Window | None) -> Item:
    return Item(
        source="polls",
        object=poll,
        at=poll.opens_at,  # type: ignore[arg-type]  # one that is published has opened
        url=absolute_url(poll.get_absolute_url()),
        identity=("polls", poll.pk),
        title=poll.title,
        is_near=bool(window and window.holds_soon(poll.closes_at)),
        rank=(-poll.closes_at.timestamp(),),
    )


POLLS = Source(
    name="polls",
    # Members are asked in their own area: the digest has no polls that its readers may not answer.
    public=lambda now: Poll.objects.published(now).for_everyone().order_by("closes_at", "pk"),
    within=lambda polls, window: polls.filter(
        window.covers("opens_at") | window.is_soon("closes_at"), closes_at__gt=window.end, opens_at__lte=window.end
    ),
    item=_poll_item,
)


# --- Proposals -----------------------------------------------------------------------------------------------------


def _about(proposal: Proposal) -> dict[str, Any]:
    """Returns the fields of an item that come from its proposal."""
    return {
        "identity": ("proposals", proposal.pk),
        "title": proposal.title,
        "owner_ids": proposal.author_ids,
        "has_topic": True,
        "topic_id": proposal.topic_id,
    }


def _people_in_the_discussion() -> Coalesce:
    """Returns the number of users with a published comment on a proposal: ten comments by one user count once."""
    comments = Comment.objects.filter(discussion__proposal=OuterRef("pk"), state=Comment.State.PUBLISHED).order_by()
    counts = comments.values("discussion").annotate(people=Count("author", distinct=True)).values("people")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def _proposal_item(proposal: Proposal, window: Window | None) -> Item:
    """Returns the item of a publication; the authors get the step instead."""
    at = proposal.published_at or proposal.created_at
    participants = proposal.support_count + getattr(proposal, "people", 0)
    return Item(
        source="proposals",
        object=proposal,
        at=at,
        url=absolute_url(proposal.get_absolute_url()),
        author_ids=proposal.author_ids,
        rank=(participants, at.timestamp()),
        **_about(proposal),
    )


def _step_item(step: ProposalStep, window: Window | None) -> Item:
    """Returns the item of a change of state. For a proposal that is not public, only for its authors."""
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
    """Returns the item of an answer, also for its writer: an answer belongs to the service."""
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


def _addendum_item(addendum: Addendum, window: Window | None) -> Item:
    """Returns the item of an addendum, not for its author."""
    at = addendum.published_at or addendum.created_at
    return Item(
        source="addenda",
        object=addendum,
        at=at,
        url=f"{absolute_url(addendum.proposal.get_absolute_url())}#{addendum.anchor}",
        author_ids=frozenset(filter(None, [addendum.author_id])),
        rank=(at.timestamp(),),
        **_about(addendum.proposal),
    )


PROPOSALS = Source(
    name="proposals",
    public=lambda now: (
        Proposal.objects.published()
        .filter(source_url__isnull=True)
        .prefetch_related("co_authorships")
        .defer("problem", "body")
    ),
    within=lambda proposals, window: (
        proposals.filter(window.covers("published_at"))
        .annotate(people=_people_in_the_discussion())
        .order_by("-published_at", "-pk")
    ),
    item=_proposal_item,
)
STEPS = Source(
    name="steps",
    # The reception of a proposal is an act of its author; imports are not news.
    public=lambda now: (
        ProposalStep.objects.filter(kind=ProposalStep.Kind.STATE)
        .exclude(from_state="")
        .exclude(role=ProposalStep.Role.IMPORT)
        .select_related("proposal")
        .prefetch_related("proposal__co_authorships")
        .defer("proposal__problem", "proposal__body", "reason")
        .order_by("at", "pk")
    ),
    within=lambda steps, window: steps.filter(window.covers("at")),
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
    within=lambda answers, window: answers.filter(window.covers("published_at")),
    item=_answer_item,
)

ADDENDA = Source(
    name="addenda",
    public=lambda now: (
        Addendum.objects.public()
        .select_related("proposal", "author")
        .prefetch_related("proposal__co_authorships")
        .defer("proposal__problem", "proposal__body", "state_reason")
        .order_by("published_at", "pk")
    ),
    within=lambda addenda, window: addenda.filter(window.covers("published_at")),
    item=_addendum_item,
)


# --- Indicators ----------------------------------------------------------------------------------------------------


def _adopted_indicators(now: datetime) -> QuerySet:
    """Returns the committee's indicators, with the time of their latest news: adoption, or latest value."""
    latest = Coalesce(Max("measurements__published_at", filter=Q(measurements__published_at__lte=now)), F("adopted_at"))
    adopted = Indicator.objects.adopted().filter(adopted_at__lte=now)
    return adopted.annotate(new_at=Greatest(F("adopted_at"), latest)).order_by("-new_at", "-pk")


def _indicator_item(indicator: Indicator, window: Window | None) -> Item:
    return _topic_item("indicators", indicator, indicator.new_at)  # type: ignore[attr-defined]


INDICATORS = Source(
    name="indicators",
    public=_adopted_indicators,
    within=lambda indicators, window: indicators.filter(window.covers("new_at")),
    item=_indicator_item,
)


# --- Digital help --------------------------------------------------------------------------------------------------

# A workshop is included once, when it is announced, if it is still to come.
WORKSHOPS = Source(
    name="workshops",
    public=lambda now: Workshop.objects.published().filter(cancelled_because="").order_by("starts_at", "pk"),
    within=lambda workshops, window: workshops.filter(window.covers("published_at"), starts_at__gt=window.end),
    item=lambda workshop, window: _topic_item("workshops", workshop, workshop.published_at),
)


SOURCES = (
    *(SESSIONS, ANSWERS, STEPS, ADDENDA, PROPOSALS, CALLS, POLLS, CAMPAIGNS, FINDINGS, NEWS, INDICATORS, VEILLE),
    *(CRITERIA, WORKSHOPS, SURVEYS, *COMMITTEE_SOURCES),
)
# Sources for authors and followers only.
PERSONAL = frozenset({STEPS.name, ADDENDA.name})
SOURCE_OF = {source.name: source for source in SOURCES}
