"""Template tags of the field surveys: what a page of the tree shows beyond its own fields."""

from django import template
from django.utils import timezone

from fieldwork.models import SurveyPage
from fieldwork.surveys.queries.pages import Detail, Phase, detail_of, phase_of

register = template.Library()


@register.simple_tag
def survey_detail(survey: SurveyPage) -> Detail:
    """Returns what the page of `survey` shows now."""
    return detail_of(survey, timezone.now())


@register.filter
def survey_phase(survey: SurveyPage) -> Phase:
    """Returns where `survey` stands now. Its poll is there already."""
    return phase_of(survey, timezone.now())
