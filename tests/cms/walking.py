"""Crawl of the admin as one role: from the dashboard along links, one URL of each kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse

from tests.cms.english import clumsy_of, english_of
from tests.outside import SOCKETS

START = reverse("wagtailadmin_home")
# Far beyond the kinds of URLs of the admin: only a crawl without end reaches it.
MAX_VISITS = 2_000
LIST_PARAMETERS = {"p", "q", "ordering", "next", "content_type"}
# URLs opened by scripts, mostly choosers: they are in data attributes of a page.
OPENED_BY_SCRIPTS = re.compile(r"""["'](/admin/[\w/-]*)["'?]""")


@dataclass
class Visit:
    """Response of a URL, with the page that leads there and whether by a link; `tree` of a page or a fragment."""

    address: str
    found_on: str
    by_link: bool
    status: int
    template: str
    tree: BeautifulSoup | None
    # Target of a redirect.
    location: str = ""

    @property
    def is_broken_link(self) -> bool:
        """Returns whether it is a link without a page, or one that Wagtail refuses: it redirects to the dashboard."""
        return self.by_link and (self.status >= 400 or self.location == START)

    @cached_property
    def english(self) -> list[str]:
        return english_of(self.tree) if self.tree else []

    @cached_property
    def clumsy(self) -> list[str]:
        return clumsy_of(self.tree) if self.tree else []


def kind_of(address: str) -> tuple:
    """Returns the kind of a URL: its view and parameter names, without its object or the order of a list."""
    parts = urlsplit(address)
    names = {name for name, _value in parse_qsl(parts.query)} - LIST_PARAMETERS
    return re.sub(r"\d+", "0", parts.path), *sorted(names)


def walk(client, past: re.Pattern | None = None) -> list[Visit]:
    """Opens the dashboard and the pages linked from there; outside the admin, only checks that a link has a response.

    Skips URLs that match `past`. Fails if URLs are left after `MAX_VISITS`: nothing would have checked them.
    """
    waiting, seen, visits = [(START, START, True)], set(), []
    while waiting:
        address, found_on, by_link = waiting.pop(0)
        if kind_of(address) in seen or "logout" in address or (past and past.search(address)):
            continue
        if len(visits) == MAX_VISITS:
            left = {kind_of(address), *(kind_of(other) for other, _page, _by_link in waiting)} - seen
            raise AssertionError(f"{len(left)} kinds of URLs are left after {MAX_VISITS} visits, {address} first")
        seen.add(kind_of(address))
        with SOCKETS.refusing():
            response = client.get(address)
        if response.streaming:
            list(response.streaming_content)  # Reading the file to its end closes it.
        tree = read(response) if address.startswith(START) else None
        template = response.templates[0].name if response.templates else ""
        location = response.get("Location", "")
        visits.append(Visit(address, found_on, by_link, response.status_code, template, tree, location))
        if tree:
            waiting += [(new, address, True) for new in links(tree, address)]
            waiting += [(new, address, False) for new in OPENED_BY_SCRIPTS.findall(text_of(response))]
    return visits


def read(response) -> BeautifulSoup | None:
    """Returns the tree of a page, or of the HTML inside a JSON response; None without HTML."""
    if response.status_code != 200 or response.streaming:
        return None
    kind = response.get("Content-Type", "")
    if "json" in kind:
        content = response.json()
        return BeautifulSoup(content.get("html") or "", "html.parser") if isinstance(content, dict) else None
    return BeautifulSoup(response.content, "html.parser") if "html" in kind else None


def text_of(response) -> str:
    return response.content.decode().replace("&quot;", '"')


def links(tree: BeautifulSoup, address: str) -> Iterator[str]:
    """Yields the internal link targets of a page; bulk actions get the first row of the list."""
    row = tree.select_one("[data-bulk-action-checkbox][data-object-id], [data-object-id]")
    for link in tree.select("a[href]"):
        new = urldefrag(urljoin(address, str(link["href"]))).url
        if new.startswith("/admin/bulk/") and "id=" not in new:
            # Its button appears once a row is ticked, and a script adds the primary key.
            new = f"{new}{'&' if '?' in new else '?'}id={row['data-object-id']}" if row else ""
        if new.startswith("/") and not new.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
            yield new
