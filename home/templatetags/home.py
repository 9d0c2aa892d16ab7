"""Reads of the home page, for its template: a model imports no query."""

from django import template
from django.template import Context
from django.utils import timezone

from home.queries import overview as queries

register = template.Library()


@register.simple_tag(takes_context=True)
def current_poll(context: Context) -> queries.CurrentPoll | None:
    """`{% current_poll as current %}`: the poll that the home page shows, open or over, and whether it is answered."""
    return queries.current_poll(user=context["user"], now=timezone.now())


@register.simple_tag
def overview() -> queries.Overview:
    """`{% overview as overview %}`: all else that the home page shows."""
    return queries.overview(now=timezone.now())
