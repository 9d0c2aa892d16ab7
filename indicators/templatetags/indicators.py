"""Template tags `{% load indicators %}`: current status of an indicator, steps of the year."""

from django import template
from django.utils import timezone

from indicators.defined.queries.sentences import IndicatorStatus, standings_of
from indicators.models import Indicator
from indicators.restitution.queries.steps import YearSteps, year_steps

register = template.Library()


@register.simple_tag
def standing_today(indicator: Indicator) -> IndicatorStatus:
    """Returns the latest value and the progress of `indicator`. One query."""
    return standings_of([indicator], timezone.localdate())[0]


@register.simple_tag
def steps_of_this_year() -> YearSteps:
    """Returns the three steps of the current year."""
    return year_steps(timezone.now())
