"""Site map for readers: menu entries with their sections and the pages below, then other pages."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site

from cms.discovery.navigation import doors, sections_of
from cms.discovery.section_list import SECTIONS
from cms.discovery.sections import RIGHTS, SITE, TOOLS, Section
from cms.models import NewsPage
from cms.models.visibility import published_pages
from committee.models import SessionPage
from indicators.models import Restitution
from participation.models import CallPage
from veille.models import VeilleEntryPage

# Dated pages are listed by their own index pages, and would make the map too long.
LEFT_TO_THEIR_LISTS = (NewsPage, VeilleEntryPage, SessionPage, CallPage)
# For sitting members: others only get to the sign-in.
FOR_MEMBERS = "committee:area"
LISTS = {TOOLS: _("Find and reach us"), SITE: _("This site"), RIGHTS: _("Your rights")}


@dataclass
class MapEntry:
    """Line of the map, and the lines below it. A heading outside the menu has no URL."""

    title: str | Promise
    url: str
    children: list["MapEntry"] = field(default_factory=list)


def site_map(request: HttpRequest) -> list[MapEntry]:
    """Returns the map. Pages below a page that is not public are left out, and so are sections that are such pages.

    Two queries.
    """
    below = _pages_below(request)
    reports = Restitution.objects.published().defer("figures")
    below[reverse("indicators:restitutions")] = [MapEntry(str(one), one.get_absolute_url()) for one in reports]
    entries_of_map = []
    for door in doors():
        sections = _entries(sections_of(door.target), below)
        # Sections are shown even if the page of their menu entry is not published.
        if entries := _entries([door], below):
            entries[0].children = sections + entries[0].children
            entries_of_map += entries
        elif sections:
            entries_of_map.append(MapEntry(door.name, "", sections))
    for key, title in LISTS.items():
        listed = [section for section in sections_of(key) if section.target != FOR_MEMBERS]
        entries_of_map.append(MapEntry(title, "", _entries(listed, below)))
    by_title = {entry.title: entry for entry in entries_of_map}
    by_title[LISTS[SITE]].children += below.get("/", [])
    return entries_of_map


def _entries(sections: list[Section], below: dict[str, list[MapEntry]]) -> list[MapEntry]:
    """Returns a line for each of `sections` that is a view or a public page, with the pages below it."""
    return [
        MapEntry(section.name, section.url, below.get(section.url, []))
        for section in sections
        if not section.is_page or section.url in below
    ]


def _pages_below(request: HttpRequest) -> dict[str, list[MapEntry]]:
    """Returns the pages below each public page, by its URL, in order and without sections."""
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
