"""Content of the public page of a survey: phase, questions, outings, results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committee.hooks import SectionItem, TopicSection
from committee.models import Pictogram, TopicPage
from common.charts.bars import Bars
from fieldwork.models import Outing, SurveyIndexPage, SurveyPage
from fieldwork.surveys.queries.charts import charts_of
from fieldwork.surveys.queries.results import Result, Results, results_of
from polls.models import Question

# Maximum number of surveys on the page of a topic.
ON_TOPIC = 4
# Thresholds: the number of answers during a survey is rounded down to one of these.
STEPS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)


class Phase(StrEnum):
    """Phase of a survey. The values are badge kinds."""

    COMING = "waiting"
    OPEN = "ongoing"
    OVER = "yes"

    @property
    def label(self) -> str:
        return str(LABELS[self])


LABELS = {
    Phase.COMING: gettext_lazy("In preparation"),
    Phase.OPEN: gettext_lazy("We are asking now"),
    Phase.OVER: gettext_lazy("Over: read the results"),
}


@dataclass(frozen=True)
class Detail:
    """Content of the page of a survey beyond its fields. `past` are past outings of a running survey."""

    phase: Phase
    questions: Sequence[Question]
    outings: Sequence[Outing]
    topic: TopicPage | None = None
    progress: str = ""
    results: Results | None = None
    charts: Sequence[tuple[Result, list[Bars]]] = field(default_factory=list)
    past: Sequence[Outing] = ()


def phase_of(survey: SurveyPage, now: datetime) -> Phase:
    if survey.poll.is_over(now):
        return Phase.OVER
    return Phase.OPEN if survey.poll.is_open(now) else Phase.COMING


def detail_of(survey: SurveyPage, now: datetime) -> Detail:
    """Returns the content of the page of `survey` at `now`. Fixed number of queries."""
    phase = phase_of(survey, now)
    topic = TopicPage.objects.published().filter(pk=survey.topic_id).first()
    if phase == Phase.OVER:
        (results,) = results_of([survey], now)
        charts = [(result, charts_of(result)) for result in results.questions]
        return Detail(phase, (), results.fieldwork.outings, topic, results=results, charts=charts)
    # Questions may change until the poll opens.
    questions = list(survey.poll.questions.prefetch_related("choices")) if phase == Phase.OPEN else []
    # The preview of a new survey has no outings.
    outings = list(survey.outings.order_by("starts_at", "pk")) if survey.pk else []
    coming = [outing for outing in outings if outing.ends_at > now]
    past = [outing for outing in outings if outing.ends_at <= now and not outing.is_cancelled]
    return Detail(phase, questions, coming, topic, _progress(survey, questions), past=past)


def _progress(survey: SurveyPage, questions: Sequence[Question]) -> str:
    """Returns the approximate number of answers in words, or "" if a question makes groups.

    With groups, its changes between outings would reveal the size of the groups met there.
    """
    if not questions or any(question.makes_groups for question in questions):
        return ""
    people = survey.poll.participations.count()
    reached = [step for step in STEPS if step <= people]
    if not reached:
        return _("Fewer than %(number)s people have answered.") % {"number": STEPS[0]}
    return _("At least %(number)s people have answered.") % {"number": reached[-1]}


def topic_section(topic: TopicPage, request: HttpRequest, now: datetime) -> TopicSection | None:
    """Returns the section of the page of `topic` with its surveys, running ones first, or None."""
    topic_surveys = SurveyPage.objects.filter(topic=topic).select_related("poll")
    surveys = [*topic_surveys.current(now)[:ON_TOPIC], *topic_surveys.over(now)[:ON_TOPIC]][:ON_TOPIC]
    index = SurveyIndexPage.objects.live().first() if surveys else None
    if index is None:
        return None
    return TopicSection(
        order=24,
        key="enquetes",
        is_featured=True,
        title=_("Field surveys"),
        pictogram=Pictogram.SURVEY,
        items=[_card(survey, phase_of(survey, now), request) for survey in surveys],
        more_url=index.get_url(request) or "",
        more_label=_("All field surveys"),
    )


def _card(survey: SurveyPage, phase: Phase, request: HttpRequest) -> SectionItem:
    return SectionItem(
        title=survey.title,
        url=survey.get_url(request) or "",
        meta=survey.introduction,
        state=phase.label,
        badge_kind=phase.value,
    )
