"""Texts with the few marks of `common.markdown`, in templates."""

from django import template
from django.utils.safestring import SafeString

from common import markdown

register = template.Library()


@register.filter
def letter(text: str) -> SafeString:
    """Returns the HTML of `text` with its lists, bold words and links."""
    return markdown.letter(text)
