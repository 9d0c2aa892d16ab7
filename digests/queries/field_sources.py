"""Sources of the digest about field work: surveys that open or have results, findings of trials."""

from datetime import datetime

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from cms.models.visibility import with_visible_since
from common.suppression import MIN_COUNT
from common.urls import absolute_url
from digests.queries.items import Item, Source, Window, page_url
from fieldwork.models import Finding, SurveyPage
from polls.models import Participation


def _surveys(now: datetime) -> QuerySet:
    """Returns the field surveys that have opened, with the time of their latest news: opening or, once over,
    results.

    A survey with too few answers to be shown has no results.
    """
    pages = with_visible_since(SurveyPage.objects.published()).filter(visible_since__isnull=False)
    opened = pages.filter(poll__is_draft=False, poll__opens_at__lte=now).annotate(people=_people_who_answered())
    is_over = Q(poll__closes_at__lte=now)
    moment = Case(When(is_over, then=F("poll__closes_at")), default=F("poll__opens_at"))
    with_news = opened.exclude(is_over & Q(people__lt=MIN_COUNT)).annotate(new_at=Greatest(moment, F("visible_since")))
    return with_news.select_related("poll").order_by("-new_at", "-pk")


def _people_who_answered() -> Coalesce:
    answers = Participation.objects.filter(poll=OuterRef("poll")).order_by().values("poll")
    return Coalesce(Subquery(answers.annotate(people=Count("pk")).values("people")), 0)


def _survey_item(survey: SurveyPage, window: Window | None) -> Item:
    at = survey.new_at  # type: ignore[attr-defined]
    return Item(
        source="surveys",
        object=survey,
        at=at,
        url=page_url(survey),
        identity=("pages", survey.pk),
        title=survey.title,
        has_topic=True,
        topic_id=survey.topic_id,
        rank=(at.timestamp(),),
    )


SURVEYS = Source(
    name="surveys",
    public=_surveys,
    within=lambda surveys, window: surveys.filter(window.covers("new_at")),
    item=_survey_item,
)


# States of interest to readers: retest possible, retest successful, or nothing will be done.
DIGEST_STATES = (Finding.State.TO_TEST, Finding.State.VERIFIED, Finding.State.WILL_NOT_FIX)


def _finding_item(finding: Finding, window: Window | None) -> Item:
    """Returns the item of a finding in its current state: one item for all changes since the last digest."""
    return Item(
        source="findings",
        object=finding,
        at=finding.state_changed_at,
        url=absolute_url(finding.get_absolute_url()),
        identity=("findings", finding.pk),
        title=finding.headline,
        has_topic=True,
        topic_id=finding.campaign.topic_id,
        rank=(finding.state_changed_at.timestamp(),),
    )


FINDINGS = Source(
    name="findings",
    public=lambda now: (
        Finding.objects.public().filter(state__in=DIGEST_STATES).with_context().order_by("-state_changed_at", "-pk")
    ),
    within=lambda findings, window: findings.filter(window.covers("state_changed_at")),
    item=_finding_item,
)
