"""Reads of the home page, for its template: a model imports no query. And the lines of a search."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.templatetags.typography import typo
from home.queries import overview as queries
from home.queries.search_results import Result

register = template.Library()


@register.simple_tag(takes_context=True)
def current_poll(context: Context) -> queries.CurrentPoll | None:
    """`{% current_poll as current %}`: the poll that the home page shows, open or over, and whether it is answered."""
    return queries.current_poll(user=context["user"], now=timezone.now())


@register.simple_tag
def overview() -> queries.Overview:
    """`{% overview as overview %}`: all else that the home page shows."""
    return queries.overview(now=timezone.now())


@register.simple_tag
def result_lines(results: Iterable[Result]) -> SafeString:
    """`{% result_lines results %}`: the list of `results`, in Python: a page of a search has up to sixty."""
    lines = (
        format_html(
            '<li><p><strong><a href="{}">{}</a></strong></p>{}{}</li>',
            result.url,
            typo(result.title),
            format_html('<p class="meta">{}</p>', typo(result.about)) if result.about else "",
            format_html("<p>{}</p>", result.extract) if result.extract else "",
        )
        for result in results
    )
    return format_html('<ol class="link-list">{}</ol>', format_html_join("\n", "{}", ((line,) for line in lines)))
