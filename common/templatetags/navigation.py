"""Tags of the menu: the reader's place in it."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BELOW = "…"


@register.filter
def place_in_menu(path: str) -> str:
    """Returns the section of the site that `path` is, with « … » if it is below it: « /veille/ », « /veille/… »."""
    section = path[: path.find("/", 1) + 1] or path
    return path if path == section else f"{section}{BELOW}"


@register.simple_tag
def current_if_under(place: str, url: str) -> SafeString:
    """Returns the `aria-current` attribute for a link to `url`: "page" on that page, "true" on one below it.

    `place` is that of the reader, from `place_in_menu`.
    """
    if place == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if url != "/" and place == f"{url}{BELOW}" else "")
