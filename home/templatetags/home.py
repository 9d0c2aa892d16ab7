"""Reads of the home page, for its template: a model imports no query."""

from django import template
from django.utils import timezone

from home.queries import overview as queries

register = template.Library()


@register.simple_tag
def current_poll() -> queries.CurrentPoll | None:
    """`{% current_poll as current %}`: the poll that the home page shows, open or over."""
    return queries.current_poll(now=timezone.now())


@register.simple_tag
def overview() -> queries.Overview:
    """`{% overview as overview %}`: all else that the home page shows."""
    return queries.overview(now=timezone.now())
