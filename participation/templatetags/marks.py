"""Template filters for texts with the markup of `common.markdown`."""

from django import template
from django.utils.safestring import SafeString

from common import markdown

register = template.Library()


@register.filter
def letter(text: str) -> SafeString:
    """Returns the HTML of `text`, with its lists, bold words and links."""
    return markdown.letter(text)


@register.filter
def unquoted(text: str) -> str:
    """Returns `text` without surrounding quotation marks: the page adds its own."""
    return text.strip().removeprefix("«").removesuffix("»").strip()
