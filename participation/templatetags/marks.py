"""Texts with the few marks of `common.markdown`, in templates."""

from django import template
from django.utils.safestring import SafeString

from common import markdown

register = template.Library()


@register.filter
def letter(text: str) -> SafeString:
    """Returns the HTML of `text` with its lists, bold words and links."""
    return markdown.letter(text)


@register.filter
def unquoted(text: str) -> str:
    """Returns `text` without the quotation marks that were typed around it: the page has its own."""
    return text.strip().removeprefix("«").removesuffix("»").strip()
