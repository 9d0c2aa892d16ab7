"""Template tags of the field surveys: content of their pages beyond the page fields."""

from django import template
from django.utils import timezone

from fieldwork.models import SurveyPage
from fieldwork.surveys.queries.pages import Detail, Phase, detail_of, phase_of

register = template.Library()


@register.simple_tag
def survey_detail(survey: SurveyPage) -> Detail:
    """Returns the current content of the page of `survey`."""
    return detail_of(survey, timezone.now())


@register.filter
def survey_phase(survey: SurveyPage) -> Phase:
    """Returns the current phase of `survey`. No query if its poll is loaded."""
    return phase_of(survey, timezone.now())
