"""Broken internal links of pages: deleted pages and files, URLs and anchors without a target.

Chosen targets are looked up in the database. URLs are requested in process, as an anonymous user: nothing goes over the
network.
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

ADDRESS = re.compile(r"https?://\S+")
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
CHOSEN = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
KEY = re.compile(r'\sid="(\d+)"')
ID = re.compile(r'\sid="([^"]+)"')
MAX_REDIRECTS = 5
NOTHING = _("There is nothing at this address.")
# Parts of the editor's WSGI environ for internal requests: host name and scheme of the site.
TAKEN_OVER = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")


@dataclass(frozen=True)
class FailingLink:
    """Broken link: its page, its target, and the reason."""

    page: Page
    target: str
    reason: str | Promise


@dataclass(frozen=True)
class Answer:
    """Response at a URL: whether something was found, redirect target, anchors (None: no HTML page)."""

    found: bool
    leads_to: str | None = None
    anchors: frozenset[str] | None = None


class SiteReader:
    """Client for internal requests as an anonymous user; requests each URL once."""

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
        """Returns whether the absolute `url` is on this site."""
        return urlsplit(url).netloc in (urlsplit(self.root).netloc, urlsplit(settings.BASE_URL).netloc)

    def absolute(self, url: str) -> str:
        """Returns `url`, one of the site's own, with the current scheme and host."""
        return urljoin(self.root, urlsplit(url).path)

    def answer(self, url: str) -> Answer:
        """Returns the response at `url`, following internal redirects."""
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
        # Excludes the request from `MissingAddressMiddleware`.
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
    """Returns the broken internal links in the bodies of `pages`, which are specific and live.

    Scheme and host of the site are those of `request`.
    """
    pages = list(pages)
    links_by_page: dict[Page, list[FailingLink]] = defaultdict(list)
    for link in _failing_references(pages):
        links_by_page[link.page].append(link)
    reader = SiteReader(request)
    for page in pages:
        links_by_page[page] += _failing_addresses(page, reader)
    return [link for page in pages for link in dict.fromkeys(links_by_page[page])]


def _bodies(page: Page) -> Iterator[tuple[StreamField, StreamValue]]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield field, field.value_from_object(page)


def _failing_references(pages: list[Page]) -> Iterator[FailingLink]:
    """Yields the links to deleted pages and files, in two queries."""
    pages_by_pk = {page.pk: page for page in Page.objects.only("live", "title")}
    documents = set(CustomDocument.objects.values_list("pk", flat=True))
    for page in pages:
        for field, body in _bodies(page):
            labels = _words_of_links(body.get_prep_value())
            for model, written_key, _model_path, _content_path in field.extract_references(body):
                key = int(written_key)
                label = labels.get(key) or str(model._meta.verbose_name)
                if issubclass(model, Page) and key not in pages_by_pk:
                    yield FailingLink(page, label, _("The page was deleted."))
                elif issubclass(model, Page) and not pages_by_pk[key].live:
                    yield FailingLink(page, pages_by_pk[key].title, _("The page is not published."))
                elif issubclass(model, CustomDocument) and key not in documents:
                    yield FailingLink(page, label, _("The file was deleted."))


def _failing_addresses(page: Page, reader: SiteReader) -> Iterator[FailingLink]:
    """Yields the URLs in the bodies of `page` that are malformed, or that this site does not serve."""
    for text in texts_of(page):
        for written in addresses_in(text):
            try:
                url, anchor = urldefrag(urljoin(reader.absolute(page.url), written))
            except ValueError:
                # Malformed, as « https://[adresse]/ ».
                yield FailingLink(page, written, NOTHING)
                continue
            if not reader.is_own(url):
                continue
            answer = reader.answer(url)
            if not answer.found:
                yield FailingLink(page, written, NOTHING)
            elif anchor and answer.anchors is not None and unquote(anchor) not in answer.anchors:
                yield FailingLink(page, written, _("The page is there, but not this place in it."))


def texts_of(page: Page) -> Iterator[str]:
    """Yields the stored texts in the bodies of `page`."""
    for _field, body in _bodies(page):
        yield from _texts(body.get_prep_value())


def _texts(stored: object) -> Iterator[str]:
    """Yields the texts of a stored body, at any depth."""
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, dict):
        for nested in stored.values():
            yield from _texts(nested)
    elif isinstance(stored, list):
        for nested in stored:
            yield from _texts(nested)


def addresses_in(text: str) -> list[str]:
    """Returns the URLs in `text`: those of its links, or `text` itself if it is the value of a URL field."""
    if ADDRESS.fullmatch(text):
        return [text]
    return [unescape(href) for href in HREF.findall(text)]


def _words_of_links(stored: object) -> dict[int, str]:
    """Returns the texts of links to pages and files, by primary key of the target."""
    labels = {}
    for text in _texts(stored):
        for attributes, label in CHOSEN.findall(text):
            if key := KEY.search(attributes):
                labels[int(key[1])] = strip_tags(unescape(label))
    return labels
