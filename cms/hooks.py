"""Wagtail hooks through which higher apps add to the pages of editors and to what search engines read.

They register functions in their `wagtail_hooks.py`.

`news_panels`
    Registers a panel in which editors say what a news item is about, when it is not a page. (Pages are chosen in a
    field of the news.) The hooked function takes nothing and returns the panel; the app keeps its own links.

`related_to_news`
    Registers what readers see of these links, under the news item. The hooked function takes the news and the request,
    and returns `RelatedItem`s, of what anyone may read.

        @hooks.register(RELATED_TO_NEWS_HOOK)
        def proposals(news: NewsPage, request: HttpRequest) -> list[RelatedItem]: ...

`page_discussion`
    Registers what readers say under a page whose model is a `DiscussedPage`. The hooked function takes the page and the
    request, and returns a `PageDiscussion`, or None. The template of the page includes
    `cms/includes/page_discussion.html`, and its scripts.

        @hooks.register(PAGE_DISCUSSION_HOOK)
        def discussion_of(page: DiscussedPage, request: HttpRequest) -> PageDiscussion | None: ...

`inspired_by_page`
    Registers what an `InspiringPage` gave others the idea of. The hooked function takes the page and the request, and
    returns `RelatedItem`s, of what anyone may read.

        @hooks.register(INSPIRED_BY_PAGE_HOOK)
        def proposals(page: InspiringPage, request: HttpRequest) -> list[RelatedItem]: ...

`register_sitemap_entries`
    Registers public objects that are not pages. The hooked function takes nothing and yields `SitemapEntry` objects,
    through the visibility rule that its own pages use for an anonymous visitor.

        @hooks.register(SITEMAP_HOOK)
        def proposals() -> Iterable[SitemapEntry]: ...

`indexable_views`
    Registers views that search engines may list. The hooked function takes nothing and returns names of views. All
    other URLs (forms, accounts, links with a secret) say `noindex`: a new view is private until somebody says
    otherwise.

        @hooks.register(INDEXABLE_VIEWS_HOOK)
        def polls_may_be_listed() -> Iterable[str]:
            return ["polls:list", "polls:poll"]

`cited_addresses`
    Registers the addresses of other sites that published objects cite, which are looked at every week
    (`cms.citations`). The hooked function takes nothing and yields `Citation`s, of what anyone may read and of nothing
    else: an address in a draft is asked by nobody.

        @hooks.register(CITED_ADDRESSES_HOOK)
        def sources_of_entries() -> Iterable[Citation]: ...

`card_kinds`
    Registers a view of objects that are no pages, whose links show a picture drawn for each
    (`cms.discovery.drawn_cards`). The hooked function takes nothing and returns a `CardKind`.

        @hooks.register(CARD_KINDS_HOOK)
        def polls_have_cards() -> CardKind:
            return CardKind("sondages", "polls:poll", "slug", card_subject)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import MultiFieldPanel

from common.urls import absolute_url

if TYPE_CHECKING:
    from cms.models import NewsPage
    from cms.models.discussions import DiscussedPage
    from cms.models.inspiring import InspiringPage

NEWS_PANELS_HOOK = "news_panels"
RELATED_TO_NEWS_HOOK = "related_to_news"
PAGE_DISCUSSION_HOOK = "page_discussion"
INSPIRED_BY_PAGE_HOOK = "inspired_by_page"
SITEMAP_HOOK = "register_sitemap_entries"
INDEXABLE_VIEWS_HOOK = "indexable_views"
CITED_ADDRESSES_HOOK = "cited_addresses"
CARD_KINDS_HOOK = "card_kinds"


@dataclass(frozen=True, kw_only=True)
class RelatedItem:
    """A link under a page, and in a few words what is behind it."""

    title: str
    url: str
    meta: str = ""


@dataclass(frozen=True, kw_only=True)
class PageDiscussion:
    """Discussion under a page: the template that shows it, and `thread_list`, the context of that template."""

    template: str
    thread_list: Any


@dataclass(frozen=True)
class CardSubject:
    """What a drawn card is about: a title and, if it belongs to a topic, its name, family of colours and pictogram."""

    title: str
    topic: str = ""
    family: str = ""
    pictogram: str = ""


@dataclass(frozen=True)
class CardKind:
    """Objects that `view` shows, one for each value of its `argument`; `slug` names them in the address of the card.

    `subject` gives what the card of such a value says, None unless anyone may read the object now.
    """

    slug: str
    view: str
    argument: str
    subject: Callable[[str], CardSubject | None]


@dataclass(frozen=True, kw_only=True)
class Citation:
    """An address that a published object cites: the title of the object, where editors change it, whether it names an
    archived copy too."""

    url: str
    title: str
    edit_url: str
    has_copy: bool = False


@dataclass(frozen=True)
class SitemapEntry:
    """A URL of the site (absolute or from its root) and when its content changed last, if that is known."""

    path: str
    changed_at: datetime | None = None

    @property
    def location(self) -> str:
        return absolute_url(self.path)


class HookedPanels(MultiFieldPanel):
    """The panels that higher apps register on `hook`. They are asked for when the form is made: all apps are there."""

    def __init__(self, *args: Any, hook: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hook = hook

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "hook": self.hook}

    def on_model_bound(self) -> None:
        self.children = [make_panel() for make_panel in hooks.get_hooks(self.hook)]
        super().on_model_bound()


def related_to_news(news: "NewsPage", request: HttpRequest) -> list[RelatedItem]:
    """Returns what the apps know of `news`, of what anyone may read."""
    return [item for find in hooks.get_hooks(RELATED_TO_NEWS_HOOK) for item in find(news, request)]


def page_discussion(page: "DiscussedPage", request: HttpRequest) -> PageDiscussion | None:
    """Returns what the app that keeps comments has about `page`."""
    found = (find(page, request) for find in hooks.get_hooks(PAGE_DISCUSSION_HOOK))
    return next((discussion for discussion in found if discussion), None)


def inspired_by_page(page: "InspiringPage", request: HttpRequest) -> list[RelatedItem]:
    """Returns what `page` gave others the idea of, of what anyone may read."""
    return [item for find in hooks.get_hooks(INSPIRED_BY_PAGE_HOOK) for item in find(page, request)]


def sitemap_entries_of_apps() -> Iterator[SitemapEntry]:
    """Yields the public objects that are not pages."""
    for entries_of_app in hooks.get_hooks(SITEMAP_HOOK):
        yield from entries_of_app()


def citations_of_apps() -> Iterator[Citation]:
    """Yields what published objects cite."""
    for citations_of_app in hooks.get_hooks(CITED_ADDRESSES_HOOK):
        yield from citations_of_app()


def card_kinds() -> list[CardKind]:
    """Returns the kinds of objects, beside pages, that have a card of their own."""
    return [kind() for kind in hooks.get_hooks(CARD_KINDS_HOOK)]


def is_indexable(view_name: str) -> bool:
    """Says whether an app names `view_name` as one that search engines may list."""
    return any(view_name in names() for names in hooks.get_hooks(INDEXABLE_VIEWS_HOOK))
