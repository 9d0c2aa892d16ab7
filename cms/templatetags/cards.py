"""Tags of the head that other sites read: see `cms.discovery.cards` and `cms.discovery.structured_data`."""

import html
import re

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context, RequestContext
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext

from cms.discovery.cards import card_of, may_be_listed
from cms.discovery.structured_data import as_script, breadcrumb
from cms.models import BasePage

register = template.Library()

KEPT = "kept_for_the_card"


class KeepNode(template.Node):
    """Prints what is inside, or else its fallback, on one line, and keeps it as plain text."""

    def __init__(self, name: str, fallback: FilterExpression | None, nodelist: NodeList) -> None:
        self.name, self.fallback, self.nodelist = name, fallback, nodelist

    def render(self, context: Context) -> SafeString:
        output = re.sub(r"[ \t\r\n]+", " ", self.nodelist.render(context)).strip()
        if not output and self.fallback:
            output = conditional_escape(self.fallback.resolve(context))
        context.render_context[f"{KEPT}_{self.name}"] = html.unescape(output)
        # What a template rendered, on one line.
        return mark_safe(output)


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """`{% keep title %}…{% endkeep %}`: the card says the same as the page, without asking each template twice.

    `{% keep description otherwise %}` prints the variable `otherwise` when there is nothing inside.
    """
    _tag, name, *fallback = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(name, parser.compile_filter(fallback[0]) if fallback else None, nodelist)


@register.simple_tag(takes_context=True)
def card_head(context: RequestContext) -> SafeString:
    """Writes what robots and other sites read of this page. A page that robots must not list says only that.

    In Python: each page has it, and a template takes three times as long.
    """
    request, shown = context.get("request"), context.get("page")
    # Django gives `exception` to the pages that say what went wrong: their URL is not theirs.
    title: str = context.render_context.get(f"{KEPT}_title") or ""
    card = card_of(request, shown, title) if request and "exception" not in context else None
    if request is None or card is None:
        return SafeString('<meta name="robots" content="noindex">')
    facts = {
        "og:type": card.kind,
        "og:site_name": settings.WAGTAIL_SITE_NAME,
        "og:locale": "fr_FR",
        "og:title": title,
        "og:description": context.render_context.get(f"{KEPT}_description", ""),
        "og:url": card.url,
        "og:image": card.picture.url,
        "og:image:width": card.picture.width,
        "og:image:height": card.picture.height,
        "og:image:alt": card.picture.alt,
        "article:published_time": card.published_at and localtime(card.published_at).isoformat(),
        "article:modified_time": card.changed_at and localtime(card.changed_at).isoformat(),
    }
    said = "\n  ".join(
        f'<meta property="{name}" content="{escape(fact)}">' for name, fact in facts.items() if fact is not None
    )
    data = as_script(shown.structured_data(request)) if isinstance(shown, BasePage) else ""
    return SafeString(f'<link rel="canonical" href="{escape(card.url)}">\n  {said}\n  {data}')


@register.simple_tag(takes_context=True)
def breadcrumb_data(context: RequestContext) -> SafeString:
    """Says to search engines what the breadcrumb shows, on pages that they may list."""
    request = context.get("request")
    if request is None or not may_be_listed(request, context.get("page")):
        return SafeString()
    return as_script([breadcrumb(context.get("parents") or [], str(context["current"]), home=gettext("Home"))])
