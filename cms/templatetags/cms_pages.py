"""Template tags of a page: breadcrumb, and table of contents of a long text."""

from typing import Any

from django import template
from django.template.context import RequestContext
from wagtail.blocks import StreamValue
from wagtail.models import Page

from cms.models import StandardPage
from common.table_of_contents import TextWithContents, with_contents

register = template.Library()

HOME_DEPTH = 2


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def page_breadcrumb(context: RequestContext, page: Page) -> dict[str, Any]:
    """Renders the breadcrumb of `page`: its ancestors without the home page, which the layout adds.

    The preview of a page that was never saved may have no ancestors.
    """
    request = context.get("request")
    parents = page.get_ancestors().filter(depth__gt=HOME_DEPTH, live=True) if page.depth > HOME_DEPTH + 1 else []
    return {
        "parents": [(parent.get_url(request), parent.title) for parent in parents],
        "current": page.title,
        "request": request,
        "page": page,
    }


@register.simple_tag
def pages_in_foot() -> list[StandardPage]:
    """`{% pages_in_foot as pages %}`: returns the pages that editors put in the footer."""
    return list(StandardPage.objects.shown_in_foot().defer("body"))


@register.simple_tag(takes_context=True)
def body_with_contents(
    context: RequestContext, body: StreamValue, prefix: str, *, deeper: bool = False
) -> TextWithContents:
    """Renders `body` with an anchor on each heading: `{% body_with_contents page.minutes "cr" as minutes %}`.

    With `deeper=True`, headings are one level lower, for a text below an h2.
    """
    return with_contents(body.render_as_block(context.flatten()), prefix=prefix, deeper=deeper)
