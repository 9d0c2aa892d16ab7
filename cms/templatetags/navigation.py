"""Template tags of menu, footer and breadcrumb: sections of the site, and the current one."""

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from cms.discovery import navigation
from cms.discovery.sections import Section

register = template.Library()

BELOW = "…"


@register.filter
def place_in_menu(path: str) -> str:
    """Returns the URL that menu or footer mark for `path`: « /veille/ », also for « /veille/… »."""
    entry = navigation.entry_of(path)
    if entry is None:
        return path
    return path if path == entry.url else f"{entry.url}{BELOW}"


@register.simple_tag
def current_if_under(place: str, url: str) -> SafeString:
    """Returns the `aria-current` attribute for a link to `url`: "page" on that page, "true" below it.

    `place` is the result of `place_in_menu`.
    """
    if place == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if url != "/" and place == f"{url}{BELOW}" else "")


@register.simple_tag
def doors() -> list[Section]:
    """`{% doors as doors %}`: returns the six main entries of the menu."""
    return navigation.doors()


@register.simple_tag
def tiles_of(door: str) -> list[Section]:
    """`{% tiles_of "site" as pages %}`: returns the sections of a list of the footer."""
    return [section for section in navigation.sections_of(door) if section.has_tile]


@register.simple_tag
def way_down(path: str, parents: list[tuple[str, str]] | None) -> list[tuple[str, str | Promise]]:
    """`{% way_down request.path parents as above %}`: returns the breadcrumb between home page and page."""
    return navigation.trail(path, parents or [])
