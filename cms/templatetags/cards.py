"""Template tags for metadata in the head: see `cms.discovery.cards` and `cms.discovery.structured_data`."""

import html
import re
from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from cms.discovery.cards import card_of, may_be_listed
from cms.discovery.navigation import trail
from cms.discovery.structured_data import as_script, breadcrumb
from cms.models import BasePage

register = template.Library()

BLANKS = re.compile(r"[ \t\r\n]+")
CONTEXT_KEY = "kept_for_the_card"


@register.simple_block_tag(takes_context=True, end_name="endkeep")
def keep(context: RequestContext, content: str, name: str, otherwise: str = "") -> SafeString:
    """`{% keep "title" %}…{% endkeep %}`: outputs the content on one line, and stores it as plain text for `card_head`.

    `{% keep "description" otherwise %}` outputs the variable `otherwise` if the content is empty.
    """
    output = BLANKS.sub(" ", content).strip() or conditional_escape(otherwise)
    context.render_context[f"{CONTEXT_KEY}_{name}"] = html.unescape(output)
    # Rendered by a template, and escaped.
    return mark_safe(output)


@register.inclusion_tag("components/card_head.html", takes_context=True)
def card_head(context: RequestContext) -> dict[str, Any]:
    """Renders the metadata for search engines and link previews; for a page that is not indexable, only `noindex`."""
    request, page = context.get("request"), context.get("page")
    # Django passes `exception` to error pages, which are not at a URL of their own.
    if request is None or "exception" in context:
        return {}
    title: str = context.render_context.get(f"{CONTEXT_KEY}_title") or ""
    return {
        "card": card_of(request, page, title),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "title": title,
        "description": context.render_context.get(f"{CONTEXT_KEY}_description", ""),
        "data": as_script(page.structured_data(request)) if isinstance(page, BasePage) else "",
    }


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: RequestContext) -> SafeString:
    """Renders the breadcrumb as structured data, on indexable pages."""
    request = context.get("request")
    if request is None or "exception" in context or not may_be_listed(request, context.get("page")):
        return SafeString()
    parents = [(url, str(title)) for url, title in trail(request.path, context.get("parents") or [])]
    return as_script([breadcrumb(parents, str(context["current"]), home=gettext("Home"))])
