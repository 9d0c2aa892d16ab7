"""Location of a path among the sections of the site, for the menu and the breadcrumbs."""

from collections.abc import Iterable
from functools import cache

from django.http import HttpRequest
from django.utils.functional import Promise
from wagtail.models import Page, Site

from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import Section
from cms.models.visibility import published_pages

# Target marked for paths outside of all sections.
OTHERWISE = "home:site_map"


def doors() -> list[Section]:
    """Returns the six main entries of the menu, in order."""
    return [section for section in SECTIONS if section.is_door]


def sections_of(door: str) -> list[Section]:
    """Returns the sections with the door, or in the list, `door`, in order, without the door itself."""
    return [section for section in SECTIONS if section.door == door and not section.is_door]


@cache
def _by_beginning() -> dict[str, Section]:
    """Returns the sections by URL prefix. URLs do not change while the process runs."""
    own = {beginning: section for section in SECTIONS for beginning in section.also}
    return own | {section.url: section for section in SECTIONS}


@cache
def _by_target() -> dict[str, Section]:
    return {section.target: section for section in SECTIONS}


def section_of(path: str) -> Section | None:
    """Returns the section with the longest prefix of `path`."""
    sections_by_prefix, folder = _by_beginning(), path[: path.rfind("/") + 1]
    while folder:
        if folder in sections_by_prefix:
            return sections_by_prefix[folder]
        folder = folder[: folder.rfind("/", 0, -1) + 1]
    return None


def entry_of(path: str) -> Section | None:
    """Returns the entry of menu or footer to mark for `path`: a door, a tool or a page of the footer.

    None on the home page only.
    """
    if path == "/":
        return None
    by_target = _by_target()
    section = section_of(path) or by_target[OTHERWISE]
    return by_target.get(section.door) or (section if section.has_tile else by_target[OTHERWISE])


def trail(path: str, parents: Iterable[tuple[str, str]]) -> list[tuple[str, str | Promise]]:
    """Returns the breadcrumb of `path` without the home page: its door, then `parents` (URLs and titles).

    Doors and sections have their menu names.
    """
    door = entry_of(path)
    names = {section.url: section.name for section in SECTIONS}
    door_urls = {entry.url for entry in doors()}
    below: list[tuple[str, str | Promise]] = [
        (url, names.get(url, title)) for url, title in parents if url not in door_urls
    ]
    return [(door.url, door.name), *below] if door and door.is_door and door.url != path else below


def readable(sections: Iterable[Section], request: HttpRequest) -> list[Section]:
    """Returns the subset of `sections` that is public: views, and published pages. One query."""
    listed = list(sections)
    pages = pages_of(listed, request)
    return [section for section in listed if not section.is_page or section.target in pages]


def pages_of(sections: Iterable[Section], request: HttpRequest) -> dict[str, int]:
    """Returns the primary keys of the published pages among `sections`, by target."""
    site = Site.find_for_request(request)
    root = site.root_page.url_path if site else "/"
    paths = {f"{root}{section.target[1:]}": section.target for section in sections if section.is_page}
    if not paths:
        return {}
    published = published_pages(Page.objects.filter(url_path__in=paths)).order_by()
    return {paths[path]: pk for path, pk in published.values_list("url_path", "pk")}
