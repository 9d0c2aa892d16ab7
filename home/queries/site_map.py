"""Site map for readers: the doors of the menu with their sections and the pages below, then what is beside them."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site

from cms.discovery.navigation import doors, sections_of
from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import RIGHTS, SITE, TOOLS, Section
from cms.models import NewsPage
from cms.models.visibility import published_pages
from committee.models import SessionPage
from participation.models import CallPage
from veille.models import VeilleEntryPage

# Dated things are listed by their own pages; a map that repeated them would be too long to help.
LEFT_TO_THEIR_LISTS = (NewsPage, VeilleEntryPage, SessionPage, CallPage)
# For those who sit: others get no further than the sign-in.
FOR_MEMBERS = "committee:area"
LISTS = {TOOLS: _("Find and reach us"), SITE: _("This site"), RIGHTS: _("Your rights")}


@dataclass
class MapEntry:
    """A line of the map, and the lines under it. A list beside the doors has no address."""

    title: str | Promise
    url: str
    children: list["MapEntry"] = field(default_factory=list)


def site_map(request: HttpRequest) -> list[MapEntry]:
    """Returns the map. A page under a page that is not public is left out, and so is a section that is such a page.

    One query.
    """
    below = _pages_below(request)
    found = []
    for door in doors():
        sections = _entries(sections_of(door.target), below)
        # The sections of a door whose own page is not published are there still.
        if entries := _entries([door], below):
            entries[0].children = sections + entries[0].children
            found += entries
        elif sections:
            found.append(MapEntry(door.name, "", sections))
    for key, title in LISTS.items():
        listed = [section for section in sections_of(key) if section.target != FOR_MEMBERS]
        found.append(MapEntry(title, "", _entries(listed, below)))
    by_title = {entry.title: entry for entry in found}
    by_title[LISTS[SITE]].children += below.get("/", [])
    return found


def _entries(sections: list[Section], below: dict[str, list[MapEntry]]) -> list[MapEntry]:
    """Returns a line for each of `sections` that is a view or a public page, with the pages below it."""
    return [
        MapEntry(section.name, section.url, below.get(section.url, []))
        for section in sections
        if not section.is_page or section.url in below
    ]


def _pages_below(request: HttpRequest) -> dict[str, list[MapEntry]]:
    """Returns what is below each public page, by its address: pages that are no sections, in their order."""
    site = Site.find_for_request(request)
    if site is None:
        return {}
    named = {section.url for section in SECTIONS}
    pages = published_pages(Page.objects.descendant_of(site.root_page, inclusive=True)).not_exact_type(
        *LEFT_TO_THEIR_LISTS
    )
    below: dict[str, list[MapEntry]] = {}
    urls: dict[str, str] = {}
    for page in pages.order_by("path"):
        parent = urls.get(page.path[: -Page.steplen])
        if page.depth > site.root_page.depth and parent is None:
            continue
        url = "/" if page.pk == site.root_page.pk else page.get_url(request, current_site=site) or ""
        urls[page.path] = url
        below[url] = []
        if parent is not None and url not in named:
            below[parent].append(MapEntry(page.title, url, below[url]))
    return below
