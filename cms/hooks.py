"""Wagtail hooks by which higher apps extend editing, link previews and the sitemap, from their `wagtail_hooks.py`.

A page shows content of higher apps by their template tags, without a hook.

`news_panels`
    Registers an edit panel that links a news item to objects that are not pages. (Pages are chosen in a field of the
    news.) The hooked function takes no argument and returns the panel; the app stores its links itself.

`register_sitemap_entries`
    Registers public objects that are not pages. The hooked function takes no argument and yields `SitemapEntry`
    objects, by the visibility rule of its own views for an anonymous user.

        @hooks.register(SITEMAP_HOOK)
        def proposals() -> Iterable[SitemapEntry]: ...

`indexable_views`
    Registers views that search engines may index. The hooked function takes no argument and returns names of views.
    All other URLs (forms, accounts, links with a token) have `noindex`, the default of new views.

        @hooks.register(INDEXABLE_VIEWS_HOOK)
        def polls_may_be_listed() -> Iterable[str]:
            return ["polls:list", "polls:poll"]

`cited_addresses`
    Registers the addresses of other sites that published objects cite, which are checked weekly (`cms.citations`). The
    hooked function takes no argument and yields `Citation`s of public objects only: addresses in drafts must not be
    requested.

        @hooks.register(CITED_ADDRESSES_HOOK)
        def sources_of_entries() -> Iterable[Citation]: ...

`card_kinds`
    Registers a view of objects that are not pages, for link previews with drawn images (`cms.discovery.drawn_cards`).
    The hooked function takes no argument and returns a `CardKind`.

        @hooks.register(CARD_KINDS_HOOK)
        def polls_have_cards() -> CardKind:
            return CardKind("sondages", "polls:poll", "slug", card_subject)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail import hooks
from wagtail.admin.panels import MultiFieldPanel

from common.urls import absolute_url

NEWS_PANELS_HOOK = "news_panels"
SITEMAP_HOOK = "register_sitemap_entries"
INDEXABLE_VIEWS_HOOK = "indexable_views"
CITED_ADDRESSES_HOOK = "cited_addresses"
CARD_KINDS_HOOK = "card_kinds"


@dataclass(frozen=True)
class CardSubject:
    """Content of a drawn card: title and, if it has a topic, the topic's name, colour family and pictogram."""

    title: str
    topic: str = ""
    family: str = ""
    pictogram: str = ""


@dataclass(frozen=True)
class CardKind:
    """Objects displayed by `view`, one per value of its `argument`; `slug` is their kind in URLs of cards.

    `subject` returns the content of the card for such a value, or None if the object is not public now.
    """

    slug: str
    view: str
    argument: str
    subject: Callable[[str], CardSubject | None]


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Address cited by a published object: title and edit URL of the object, and whether it cites an archived copy."""

    url: str
    title: str
    edit_url: str
    has_copy: bool = False


@dataclass(frozen=True)
class SitemapEntry:
    """URL for the sitemap (absolute or root-relative), with the date of its last change, if known."""

    path: str
    changed_at: datetime | None = None

    @property
    def location(self) -> str:
        return absolute_url(self.path)


class HookedPanels(MultiFieldPanel):
    """Panels that higher apps register on `hook`; resolved when the form is built, after all apps are loaded."""

    def __init__(self, *args: Any, hook: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hook = hook

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "hook": self.hook}

    def on_model_bound(self) -> None:
        self.children = [make_panel() for make_panel in hooks.get_hooks(self.hook)]
        super().on_model_bound()


def sitemap_entries_of_apps() -> Iterator[SitemapEntry]:
    """Yields the public objects that are not pages."""
    for entries_of_app in hooks.get_hooks(SITEMAP_HOOK):
        yield from entries_of_app()


def citations_of_apps() -> Iterator[Citation]:
    """Yields the citations of published objects."""
    for citations_of_app in hooks.get_hooks(CITED_ADDRESSES_HOOK):
        yield from citations_of_app()


def card_kinds() -> list[CardKind]:
    """Returns the kinds of objects, besides pages, with drawn cards."""
    return [kind() for kind in hooks.get_hooks(CARD_KINDS_HOOK)]


def is_indexable(view_name: str) -> bool:
    """Returns whether an app registers `view_name` as indexable."""
    return any(view_name in names() for names in hooks.get_hooks(INDEXABLE_VIEWS_HOOK))
