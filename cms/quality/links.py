"""Links of pages to this very site that lead nowhere: deleted pages and files, addresses and anchors without a target.

What is linked by choosing is looked up in the database. What is written as an address is asked of the site itself, in
this process, as a reader without account would: nothing leaves for the network.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from http import HTTPStatus
from urllib.parse import unquote, unquote_to_bytes, urldefrag, urljoin, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models import CustomDocument

HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
CHOSEN = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
KEY = re.compile(r'\sid="(\d+)"')
ID = re.compile(r'\sid="([^"]+)"')
# What a request of this process takes over from that of the editor: by which name and how the site is reached.
MAX_REDIRECTS = 5
TAKEN_OVER = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")


@dataclass(frozen=True)
class FailingLink:
    """A link that leads nowhere: the page on which it stands, what it names, and why it fails."""

    page: Page
    target: str
    reason: str | Promise


@dataclass(frozen=True)
class Answer:
    """What is at an address: anything at all, another address, a page with its anchors (None: no page)."""

    found: bool
    leads_to: str | None = None
    anchors: frozenset[str] | None = None


class SiteReader:
    """Reads addresses of this site as a reader without account, each once."""

    def __init__(self, request: HttpRequest) -> None:
        self.environ = {name: request.META[name] for name in TAKEN_OVER if name in request.META}
        self.environ.setdefault("wsgi.url_scheme", request.scheme or "http")
        self.root = f"{request.scheme}://{request.get_host()}"
        self._answers: dict[str, Answer] = {}

    @cached_property
    def _handler(self) -> BaseHandler:
        handler = BaseHandler()
        handler.load_middleware()
        return handler

    def is_own(self, url: str) -> bool:
        """Says whether `url`, which is absolute, is one of this site."""
        return urlsplit(url).netloc in (urlsplit(self.root).netloc, urlsplit(settings.BASE_URL).netloc)

    def absolute(self, url: str) -> str:
        """Returns the URL at which the site is reached now, for one of its own."""
        return urljoin(self.root, urlsplit(url).path)

    def answer(self, url: str) -> Answer:
        """Returns what is at `url`; where it leads to another address of the site, what is there."""
        for _step in range(MAX_REDIRECTS):
            parts = urlsplit(url)
            key = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
            if key not in self._answers:
                self._answers[key] = self._ask(parts.path or "/", parts.query)
            answer = self._answers[key]
            if not answer.leads_to or not self.is_own(target := urljoin(self.root + key, answer.leads_to)):
                return answer
            url = target
        return Answer(found=False)

    def _ask(self, path: str, query: str) -> Answer:
        request = WSGIRequest(
            {
                **self.environ,
                "REQUEST_METHOD": "GET",
                "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
                "QUERY_STRING": query,
                "wsgi.input": io.BytesIO(),
            }
        )
        # It is no reader's: `MissingAddressMiddleware` does not count it.
        request.is_link_check = True  # type: ignore[attr-defined]
        response = self._handler.get_response(request)
        if isinstance(response, FileResponse) and response.file_to_stream:
            response.file_to_stream.close()
        anchors = None
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            anchors = frozenset(map(unescape, ID.findall(response.content.decode())))
        return Answer(
            found=response.status_code < HTTPStatus.BAD_REQUEST or hasattr(request, "is_restricted"),
            leads_to=response.headers.get("Location"),
            anchors=anchors,
        )


def failing_links(pages: Iterable[Page], *, request: HttpRequest) -> list[FailingLink]:
    """Returns the links of the bodies of `pages`, which are specific and live, that lead nowhere on this site.

    `request` says by which name the site is reached.
    """
    pages = list(pages)
    found: dict[Page, list[FailingLink]] = defaultdict(list)
    for link in _failing_references(pages):
        found[link.page].append(link)
    reader = SiteReader(request)
    for page in pages:
        found[page] += _failing_addresses(page, reader)
    return [link for page in pages for link in dict.fromkeys(found[page])]


def _bodies(page: Page) -> Iterator[tuple[StreamField, StreamValue]]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield field, field.value_from_object(page)


def _failing_references(pages: list[Page]) -> Iterator[FailingLink]:
    """The chosen pages and files that are no longer there, in two queries."""
    known = {page.pk: page for page in Page.objects.only("live", "title")}
    documents = set(CustomDocument.objects.values_list("pk", flat=True))
    for page in pages:
        for field, body in _bodies(page):
            words = _words_of_links(body.get_prep_value())
            for model, written_key, _model_path, _content_path in field.extract_references(body):
                key = int(written_key)
                shown = words.get(key) or str(model._meta.verbose_name)
                if issubclass(model, Page) and key not in known:
                    yield FailingLink(page, shown, _("The page was deleted."))
                elif issubclass(model, Page) and not known[key].live:
                    yield FailingLink(page, known[key].title, _("The page is not published."))
                elif issubclass(model, CustomDocument) and key not in documents:
                    yield FailingLink(page, shown, _("The file was deleted."))


def _failing_addresses(page: Page, reader: SiteReader) -> Iterator[FailingLink]:
    """The addresses written in the bodies of `page` at which this site has nothing."""
    for text in texts_of(page):
        for written in addresses_in(text):
            url, anchor = urldefrag(urljoin(reader.absolute(page.url), written))
            if not reader.is_own(url):
                continue
            answer = reader.answer(url)
            if not answer.found:
                yield FailingLink(page, written, _("There is nothing at this address."))
            elif anchor and answer.anchors is not None and unquote(anchor) not in answer.anchors:
                yield FailingLink(page, written, _("The page is there, but not this place in it."))


def texts_of(page: Page) -> Iterator[str]:
    """The texts in the bodies of `page`, as they are stored."""
    for _field, body in _bodies(page):
        yield from _texts(body.get_prep_value())


def _texts(stored: object) -> Iterator[str]:
    """The texts of a body as it is stored, at any depth."""
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, dict):
        for one in stored.values():
            yield from _texts(one)
    elif isinstance(stored, list):
        for one in stored:
            yield from _texts(one)


def addresses_in(text: str) -> list[str]:
    """The addresses in a text: those of its links, or itself if it is what a field for an address holds."""
    if text.startswith(("http://", "https://")):
        return [text]
    return [unescape(href) for href in HREF.findall(text)]


def _words_of_links(stored: object) -> dict[int, str]:
    """The words of the links to chosen pages and files of a body, by the key of what is chosen."""
    found = {}
    for text in _texts(stored):
        for attributes, words in CHOSEN.findall(text):
            if key := KEY.search(attributes):
                found[int(key[1])] = strip_tags(unescape(words))
    return found
