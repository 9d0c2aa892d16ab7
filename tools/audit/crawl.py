"""Crawl of every page reachable by links without signing in, and the faults in and between the pages."""

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

from tools.audit.report import Report
from tools.demonstration import Answer, get

MOST_ADDRESSES = 2000
REDIRECTIONS = {301, 302, 303, 307, 308}
# The mailbox of the demonstration is not part of the site; its mails have their own check.
LEFT_OUT = ("/courriels/", "/admin/")
# Attributes that make a browser fetch a resource: element → attributes. Links that users follow are not included.
FETCHING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href",),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href",),
    "video": ("src", "poster"),
}
# Relations of <link> that fetch nothing.
NOT_FETCHED = {"canonical", "alternate", "next", "prev", "license", "author", "help", "search"}
# The control has one fault of each kind.
KINDS = (
    "broken link",
    "broken anchor",
    "same title",
    "2 h1",
    "skipped level",
    "identifiers that are not unique",
    "from another site",
    "form sent to another site",
    "cookie without a form",
)
OTHER_ORIGIN_IN_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


class Reader(HTMLParser):
    """Parser that collects what the checks need from one page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.identifiers: set[str] = set()
        self.repeated: set[str] = set()
        self.levels: list[int] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.sent_to: list[str] = []
        self.posts = False
        self._in_title = False
        self._in_drawing = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if identifier := values.get("id"):
            (self.repeated if identifier in self.identifiers else self.identifiers).add(identifier)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        elif tag == "title" and not self._in_drawing:
            self._in_title = True
        elif tag == "svg":
            self._in_drawing += 1
        elif tag in ("a", "area") and "href" in values:
            self.links.append(values["href"].strip())
        elif tag == "form":
            self.posts = self.posts or values.get("method", "").lower() == "post"
            self.sent_to.append(values.get("action", ""))
        if tag == "link" and set(values.get("rel", "").lower().split()) & NOT_FETCHED:
            self.links.append(values.get("href", ""))
        else:
            for name in FETCHING.get(tag, ()):
                self.fetched += addresses_in(name, values.get(name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "svg":
            self._in_drawing -= 1

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def addresses_in(attribute: str, value: str) -> list[str]:
    """Returns the URLs in an attribute: one, or several in `srcset`."""
    if attribute == "srcset":
        return [candidate.split()[0] for candidate in value.split(",") if candidate.strip()]
    return [value] if value else []


@dataclass
class Visited:
    """URL of the site with its response, and the page where it was first linked."""

    path: str
    answer: Answer
    seen_on: str
    reader: Reader = field(default_factory=Reader)

    @property
    def is_page(self) -> bool:
        return self.answer.status == 200 and self.answer.kind == "text/html"

    @property
    def target(self) -> str:
        """Target of the redirection, or ""."""
        return self.answer.headers.get("Location", "") if self.answer.status in REDIRECTIONS else ""


@dataclass
class Crawl:
    """All visited URLs, in the order of the visit."""

    site: str
    visited: dict[str, Visited] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    fetched: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def pages(self) -> list[Visited]:
        return [visited for visited in self.visited.values() if visited.is_page]

    def own_path(self, address: str) -> str | None:
        """Returns the path and query of `address` if it belongs to the site."""
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.site:
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")


def crawl(site: str, start: tuple[str, ...] = ("/",)) -> Crawl:
    """Visits all URLs of `site` reachable by links from `start`, as an anonymous visitor.

    Raises RuntimeError above MOST_ADDRESSES URLs, because endlessly generated links are a fault of their own.
    """
    started = time.monotonic()
    found = Crawl(site)
    waiting = dict.fromkeys(start, "the start")
    while waiting:
        path, seen_on = next(iter(waiting.items()))
        del waiting[path]
        if len(found.visited) >= MOST_ADDRESSES:
            raise RuntimeError(f"More than {MOST_ADDRESSES} addresses, the last one {path}: links make links.")
        visited = Visited(path, get(site, path), seen_on)
        found.visited[path] = visited
        if visited.is_page:
            visited.reader.feed(visited.answer.text)
        elif visited.answer.kind == "text/css":
            visited.reader.fetched = OTHER_ORIGIN_IN_CSS.findall(visited.answer.text)
        page_url = site + path
        following = [visited.target] if visited.target else visited.reader.links
        for link in following:
            address, anchor = urldefrag(urljoin(page_url, link))
            own = found.own_path(address)
            if own is None:
                found.outside.setdefault(address, path)
                continue
            if anchor:
                found.anchors.setdefault((own, unquote(anchor)), path)
            if own not in found.visited and not own.startswith(LEFT_OUT):
                waiting.setdefault(own, path)
        for resource in visited.reader.fetched:
            address = urldefrag(urljoin(page_url, resource)).url
            found.fetched.setdefault(address, path)
            own = found.own_path(address)
            if own is not None and own not in found.visited:
                waiting.setdefault(own, path)
    found.seconds = round(time.monotonic() - started, 1)
    return found


def judge(found: Crawl) -> Report:
    """Returns the faults of a crawl: links, anchors, titles, headings, third-party resources, cookies."""
    faults = [
        f"broken link: {visited.path} answers {visited.answer.status}, seen on {visited.seen_on}"
        for visited in found.visited.values()
        if visited.answer.status >= 400
    ]
    for (path, anchor), seen_on in found.anchors.items():
        if not has_anchor(found, path, anchor):
            faults.append(f"broken anchor: {path}#{anchor}, seen on {seen_on}")
    faults += titles(found.pages)
    for page in found.pages:
        faults += [f"{fault}: {page.path}" for fault in inside(page)]
        addresses = [urljoin(found.site + page.path, address) for address in page.reader.sent_to]
        faults += [f"form sent to another site: {page.path}" for a in addresses if found.own_path(a) is None]
    for address, seen_on in found.fetched.items():
        if found.own_path(address) is None and not address.startswith("data:"):
            faults.append(f"fetched from another site: {address}, on {seen_on}")
    pages = found.pages
    kinds: dict[str, int] = defaultdict(int)
    for visited in found.visited.values():
        kinds[f"{visited.answer.status} {visited.answer.kind}"] += 1
    with_cookies = [page.path for page in pages if page.answer.headers.get_all("Set-Cookie")]
    figures = {
        "addresses": len(found.visited),
        "seconds of the visit": found.seconds,
        "pages": len(pages),
        "anchors": len(found.anchors),
        "links to other sites": len([address for address in found.outside if address.startswith("http")]),
        "pages with a form that sends, hence a cookie": len(with_cookies),
        "answers": dict(sorted(kinds.items())),
    }
    summary = "\n".join(f"{name}: {value}" for name, value in figures.items())
    return Report("crawl", summary, faults=faults, figures=figures)


def has_anchor(found: Crawl, path: str, anchor: str) -> bool:
    """Returns whether the page at `path`, or its redirection target, has the element `anchor`."""
    for _ in range(5):
        visited = found.visited.get(path)
        if visited is None:
            return path.startswith(LEFT_OUT)
        if not visited.target:
            return not visited.is_page or anchor in visited.reader.identifiers
        path = found.own_path(urljoin(found.site + path, visited.target)) or ""
    return False


def titles(pages: list[Visited]) -> list[str]:
    """Returns faults for pages with the same title, unless they are one path with different filters."""
    faults = []
    first: dict[str, Visited] = {}
    for page in pages:
        title = " ".join(page.reader.title.split())
        other = first.setdefault(title, page)
        if not title:
            faults.append(f"no title: {page.path}")
        elif place(other) != place(page):
            faults.append(f"same title as {other.path}: {page.path} ({title})")
    return faults


def place(page: Visited) -> tuple[str, list[str]]:
    parts = urlsplit(page.path)
    return parts.path, parse_qs(parts.query).get("page", [])


def inside(page: Visited) -> list[str]:
    """Returns the faults of one page: headings, duplicate identifiers, needless cookies."""
    faults = []
    levels = page.reader.levels
    if levels.count(1) != 1:
        faults.append(f"{levels.count(1)} h1")
    below = levels[levels.index(1) :] if 1 in levels else []
    if any(lower - upper > 1 for upper, lower in pairwise(below)):
        faults.append(f"skipped level of heading {levels}")
    if page.reader.repeated:
        faults.append(f"identifiers that are not unique {sorted(page.reader.repeated)}")
    if page.answer.headers.get_all("Set-Cookie") and not page.reader.posts:
        faults.append("cookie without a form that sends")
    return faults


def site_map(site: str) -> list[str]:
    """Returns the paths listed in /sitemap.xml."""
    # The XML comes from our own site.
    root = ElementTree.fromstring(get(site, "/sitemap.xml").body)  # noqa: S314
    locations = [element.text or "" for element in root.iter() if element.tag.endswith("loc")]
    return [location.removeprefix(site) for location in locations]


def check(found: Crawl, control: str) -> Report:
    """Judges a crawl, including sitemap pages that no link reaches. The control must show every fault."""
    report = judge(found)
    listed = site_map(found.site)
    report.faults += [
        f"in the site map, but no link leads there: {path}" for path in listed if path not in found.visited
    ]
    report.figures["addresses of the site map"] = len(listed)
    seen = judge(crawl(control)).faults
    report.faults += [f"control: '{kind}' was not found" for kind in KINDS if not any(kind in fault for fault in seen)]
    return report
