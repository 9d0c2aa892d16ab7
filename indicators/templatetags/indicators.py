"""Template tags `{% load indicators %}`: where an indicator stands today, in a page that shows it as a key figure."""

from django import template
from django.utils import timezone

from indicators.defined.queries.sentences import Standing, standings_of
from indicators.models import Indicator

register = template.Library()


@register.simple_tag
def standing_today(indicator: Indicator) -> Standing:
    """Returns the latest value of `indicator`, and how far it is. One query."""
    return standings_of([indicator], timezone.localdate())[0]
