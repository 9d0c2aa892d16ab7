"""Tags of the menu, of the foot and of the breadcrumb: the sections of the site, and the reader's place among them."""

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from cms.discovery import navigation
from cms.discovery.sections import Section

register = template.Library()

BELOW = "…"


@register.filter
def place_in_menu(path: str) -> str:
    """Returns the address that the menu or the foot marks for `path`: « /veille/ », and « /veille/… » below it."""
    entry = navigation.entry_of(path)
    if entry is None:
        return path
    return path if path == entry.url else f"{entry.url}{BELOW}"


@register.simple_tag
def current_if_under(place: str, url: str) -> SafeString:
    """Returns the `aria-current` attribute for a link to `url`: "page" on that page, "true" on one below it.

    `place` is that of the reader, from `place_in_menu`.
    """
    if place == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if url != "/" and place == f"{url}{BELOW}" else "")


@register.simple_tag
def doors() -> list[Section]:
    """`{% doors as doors %}`: the six doors of the menu."""
    return navigation.doors()


@register.simple_tag
def tiles_of(door: str) -> list[Section]:
    """`{% tiles_of "site" as pages %}`: the sections in a list of the foot."""
    return [section for section in navigation.sections_of(door) if section.has_tile]


@register.simple_tag
def way_down(path: str, parents: list[tuple[str, str]] | None) -> list[tuple[str, str | Promise]]:
    """`{% way_down request.path parents as above %}`: what a breadcrumb shows between the home page and the page."""
    return navigation.trail(path, parents or [])
