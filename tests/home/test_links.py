"""Crawl of the whole demonstration site as an anonymous visitor: no broken link, valid structure of every page.

Every page is parsed as the HTML standard requires, and the readability of its text is measured. The crawl needs no
browser and covers all pages, not only those of the audit list.
"""

import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from committee.models import Member
from common.reading_ease import WORD, lix, sentences
from demo.services import demonstration
from participation.models import Comment, Proposal
from polls.models import Choice, Poll, Question
from tests.browser.checks import parse
from tests.demo.test_demo import demo_texts
from tests.outside import SOCKETS

MAX_LIX, MAX_WORDS, ENOUGH_WORDS = 40, 25, 60
BLOCKS = {*("h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "th", "td"), *("label", "legend", "button", "blockquote")}
BLOCKS |= {"caption", "figcaption"}
REFERENCES = ("for", "list", "form", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")


@dataclass
class CrawledPage:
    """Crawled page."""

    path: str
    html: str

    @cached_property
    def parsed(self) -> tuple[Element, list[str]]:
        return parse(self.html)

    @cached_property
    def elements(self) -> list[Element]:
        return list(self.parsed[0].iter())

    @cached_property
    def ids(self) -> list[str]:
        return [element.attrib["id"] for element in self.elements if "id" in element.attrib]

    @cached_property
    def addresses(self) -> set[str]:
        """Addresses on this site that the page links to or loads, absolute, with their anchors."""
        found = {
            urljoin(self.path, element.attrib[attribute])
            for element in self.elements
            for attribute in ("href", "src", "action")
            if attribute in element.attrib
        }
        return {address for address in found if not urlsplit(address).scheme or address.startswith(SITE)}

    @property
    def title(self) -> str:
        return " ".join(next(element for element in self.elements if element.tag == "title").itertext())

    @property
    def text(self) -> str:
        """Text of `<main>`, one block per line."""
        main = next((element for element in self.elements if element.tag == "main"), None)
        blocks = [element for element in main.iter() if element.tag in BLOCKS] if main is not None else []
        leaves = [block for block in blocks if not any(one.tag in BLOCKS for one in block.iter() if one is not block)]
        return "\n".join(" ".join(" ".join(block.itertext()).split()) for block in leaves)


SITE = "http://testserver"


@dataclass
class Crawl:
    """Pages reachable from the home page, and broken links."""

    pages: dict[str, CrawledPage] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    wanted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    origin: dict[str, str] = field(default_factory=dict)

    def go(self, client: Client, start: str = "/") -> "Crawl":
        known = {start}
        waiting = [start]
        while waiting:
            path = waiting.pop()
            seen = self.open(client, path)
            if seen is None:
                continue
            for address in sorted(seen.addresses):
                target, anchor = urldefrag(address.removeprefix(SITE))
                if anchor:
                    self.wanted[target or path].add(f"{anchor}\n{path}")
                # Filters and pages of a list: the first link per name, not all combinations.
                kind = re.sub(r"=[^&]*", "", target)
                if target and target not in known and ("?" not in target or kind not in known):
                    known.add(kind)
                    known.add(target)
                    waiting.append(target)
                    self.origin[target] = path
        self.look_for_anchors()
        return self

    def open(self, client: Client, path: str) -> CrawledPage | None:
        """Returns the page at `path`; None if it is not HTML or could not be loaded (noted in `broken`)."""
        if path.startswith("/static/"):
            if not finders.find(path.removeprefix("/static/")):
                self.broken.append(f"{self.origin[path]}: {path} is not there")
            return None
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            self.broken.append(f"{self.origin.get(path, 'start')}: {path} answers {answer.status_code}")
            return None
        kind = answer.headers["Content-Type"]
        if "text/html" not in kind:
            if answer.streaming:
                # Read the stream to its end, which closes the file.
                answer.getvalue()
            return None
        if answer.redirect_chain:
            # The target of a redirect is recorded under its own address.
            target = urldefrag(answer.redirect_chain[-1][0])[0]
            self.origin.setdefault(target, path)
            path = target
        page = self.pages[path] = CrawledPage(path, answer.content.decode())
        return page

    def look_for_anchors(self) -> None:
        for path, wanted in self.wanted.items():
            page = self.pages.get(path)
            for line in sorted(wanted):
                anchor, origin = line.split("\n")
                if page and unquote(anchor) not in page.ids:
                    self.broken.append(f"{origin}: {path} has no #{anchor}")


def crawl(start: str = "/") -> Crawl:
    with SOCKETS.refusing():
        return Crawl().go(Client(), start)


def faults_of(page: CrawledPage) -> list[str]:
    """Returns the structural faults of a page."""
    faults = [*page.parsed[1]]
    levels = [int(element.tag[1]) for element in page.elements if re.fullmatch("h[1-6]", str(element.tag))]
    steps = levels[levels.index(1) :] if 1 in levels else []
    if levels.count(1) != 1 or any(later - sooner > 1 for sooner, later in pairwise(steps)):
        faults.append(f"headings {levels}")
    if page.parsed[0].get("lang") != "fr":
        faults.append("no language")
    known = set(page.ids)
    faults += [f"twice the id {name}" for name in known if page.ids.count(name) > 1]
    for element in page.elements:
        for attribute in REFERENCES:
            missing = set(element.attrib.get(attribute, "").split()) - known
            faults += [f"{attribute} names {name}, which is not there" for name in missing]
    return faults


@cache
def whole_site() -> tuple[Crawl, dict[str, str]]:
    """Loads and crawls the demonstration once per process; returns the crawl and the texts for `test_language.py`.

    The database is rolled back.
    """
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        with override_settings(VAR_DIR=Path(folder), DEMONSTRATION=True, BASE_URL=SITE):
            demonstration.load(timezone.now())
            seen = crawl(), texts_of_the_demonstration()
        transaction.set_rollback(True)
    return seen


def texts_of_the_demonstration() -> dict[str, str]:
    """Returns the texts measured by `test_demo.py`, and the titles."""
    titles = [str(one) for model in (Proposal, Poll, Question, Choice) for one in model.objects.all()]
    reasons = Comment.objects.exclude(state_reason="").values_list("state_reason", flat=True)
    members = Member.objects.values_list("presentation", flat=True)
    return {**demo_texts(), "titles": "\n".join(titles), "reasons": "\n".join([*reasons, *members])}


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.xdist_group("whole site")
class TestWholeSite:
    @pytest.fixture(autouse=True)
    def crawled(self, db):
        self.crawl, _texts = whole_site()

    def test_crawl_visits_more_than_60_pages(self):
        assert len(self.crawl.pages) > 60

    def test_no_link_or_anchor_is_broken(self):
        assert self.crawl.broken == []

    def test_structure_of_every_page_is_valid(self):
        faults = {path: found for path, page in self.crawl.pages.items() if (found := faults_of(page))}

        assert faults == {}

    def test_page_titles_are_unique(self):
        titles = defaultdict(set)
        for path, page in self.crawl.pages.items():
            titles[page.title].add(path.partition("?")[0])

        assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}

    def test_every_page_is_easy_to_read(self):
        """Titles, dates and labels are not sentences: only their length is checked."""
        texts = {path: page.text for path, page in self.crawl.pages.items()}
        prose = {path: "\n".join(re.findall(r"^.*[.?!…]$", text, re.M)) for path, text in texts.items()}
        hard = {
            path: round(lix(text), 1)
            for path, text in prose.items()
            if len(WORD.findall(text)) >= ENOUGH_WORDS and lix(text) > MAX_LIX
        }
        long = {
            path: " ".join(words) for path, text in texts.items() for words in sentences(text) if len(words) > MAX_WORDS
        }

        assert hard == {}
        assert long == {}


class TestControls:
    """Controls: each rule fails on a small site full of errors."""

    HTML = "<!doctype html><html><head><title>Témoin</title></head><body>{}</body></html>"

    def test_broken_links_and_anchors_are_found(self):
        pages = {
            "/": '<a href="/deux/#rien">Deux</a><a href="/nulle-part/">Rien</a><img src="/static/rien.svg" alt="">',
            "/deux/": '<h1 id="un">Deux</h1><a href="#un">Un</a>',
        }

        class Site:
            def get(self, path, follow):
                answer = HttpResponse(template.format(pages.get(path, "")), status=200 if path in pages else 404)
                answer.redirect_chain = []
                return answer

        template = self.HTML
        assert sorted(Crawl().go(Site(), "/").broken) == [
            "/: /deux/ has no #rien",
            "/: /nulle-part/ answers 404",
            "/: /static/rien.svg is not there",
        ]

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ("<h1>Un</h1><h3>Trois</h3>", "headings"),
            ("<h1>Un</h1><p id='a'><p id='a'>", "twice the id a"),
            ("<h1>Un</h1><input aria-labelledby='rien'>", "names rien"),
            ("<h1>Un</h1><p><div></div></p>", "unexpected-end-tag"),
            ("<h1>Un</h1>", "no language"),
        ],
    )
    def test_invalid_page_structure_is_found(self, body, fault):
        assert fault in "\n".join(faults_of(CrawledPage("/", self.HTML.format(body))))
