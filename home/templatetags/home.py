"""Queries of the home page for its template, because models do not import queries."""

from django import template
from django.template import Context
from django.utils import timezone

from home.queries import overview as queries
from home.queries.open_now import OpenRow
from home.queries.open_now import open_now as rows_of_open_things

register = template.Library()


@register.simple_tag
def overview() -> queries.Overview:
    """Returns the other content of the home page: `{% overview as overview %}`."""
    return queries.overview(now=timezone.now())


@register.simple_tag(takes_context=True)
def open_now(context: Context) -> list[OpenRow]:
    """Returns the activities open to residents now: `{% open_now as rows %}`."""
    return rows_of_open_things(context["user"], timezone.now())
