"""Tag that marks the reader's place in the menu."""

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def current_if_under(context: RequestContext, url: str) -> SafeString:
    """Returns the `aria-current` attribute for a link to `url`: "page" on that page, "true" on one below it."""
    request = context.get("request")
    path = request.path if request else ""
    if path == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if url != "/" and path.startswith(url) else "")
