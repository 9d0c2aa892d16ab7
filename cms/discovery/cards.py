"""Card of a page for other sites: the picture and dates of a shared link, its canonical URL, whether it may be listed.

Robots may list pages of the tree, and the views that an app names on the hook `indexable_views` (`cms.hooks`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import AbstractRendition, SourceImageIOError
from wagtail.models import Page

from cms.hooks import card_kinds, is_indexable
from common.urls import absolute_url

if TYPE_CHECKING:
    from cms.models import CustomImage

PAGE_VIEW = "wagtail_serve"
# How the address of a drawn card names pages; other kinds are those of the hook `card_kinds`.
PAGES = "pages"
# The size that networks show without cutting. A smaller picture is not made larger.
CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_FILTER = f"fill-{CARD_WIDTH}x{CARD_HEIGHT}|format-jpeg|jpegquality-75"


@dataclass(frozen=True)
class CardPicture:
    """The picture of a card, under its absolute URL."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """The card of a URL that may be listed. The two dates are those of an article, None for other pages."""

    url: str
    picture: CardPicture
    kind: str = "website"
    published_at: datetime | None = None
    changed_at: datetime | None = None


def card_of(request: HttpRequest, shown: Any, title: str = "") -> Card | None:
    """Returns the card of the page that answers `request`, None when robots are not to list it.

    `shown` is the page of the tree that the answer shows, or None when a view answers by itself; `title` is that of
    the answer.
    """
    if not may_be_listed(request, shown):
        return None
    url = canonical_url(request)
    picture = picture_of(getattr(shown, "card_image", None)) or drawn_picture(request, shown, title)
    if not getattr(shown, "is_article", False):
        return Card(url, picture)
    return Card(url, picture, "article", shown.first_published_at, shown.last_published_at)


def may_be_listed(request: HttpRequest, shown: Any) -> bool:
    """Says whether robots may list the answer to `request`. A preview has no URL of its own: never."""
    match = request.resolver_match
    if match is None or request.method not in ("GET", "HEAD"):
        return False
    if match.view_name == PAGE_VIEW:
        return isinstance(shown, Page)
    return is_indexable(match.view_name)


def canonical_url(request: HttpRequest) -> str:
    """Returns the one URL of what `request` shows: without filters.

    A later page of a list without filters keeps its number: what it shows is nowhere else.
    """
    number = request.GET.get("page", "")
    is_later_page = set(request.GET) == {"page"} and number.isascii() and number.isdigit() and int(number) > 1
    return absolute_url(f"{request.path}?page={int(number)}" if is_later_page else request.path)


def picture_of(image: "CustomImage | None") -> CardPicture | None:
    """Returns `image` in the size of a card, None without an image or when its file cannot be read."""
    if image is None:
        return None
    try:
        rendition: AbstractRendition = image.get_rendition(CARD_FILTER)
    except (SourceImageIOError, InvalidFilterSpecError):
        return None
    return CardPicture(absolute_url(rendition.url), image.description, rendition.width, rendition.height)


def drawn_picture(request: HttpRequest, shown: Any, title: str) -> CardPicture:
    """The picture that is drawn for a page of the tree, or for an object of `card_kinds`; else that of the site.

    Networks keep a picture by its address, so that a new title makes a new one.
    """
    match = request.resolver_match
    if isinstance(shown, Page):
        kind, key = PAGES, str(shown.pk)
    else:
        found = [one for one in card_kinds() if match and one.view == match.view_name]
        if not found or not match:
            return default_picture()
        kind, key = found[0].slug, str(match.kwargs[found[0].argument])
    version = hashlib.sha256(title.encode()).hexdigest()[:8]
    address = absolute_url(f"{reverse('cms:card', kwargs={'kind': kind, 'key': key})}?v={version}")
    alt = gettext("Drawn in squares: the title, and the house of the committee.")
    return CardPicture(address, alt, CARD_WIDTH, CARD_HEIGHT)


def default_picture() -> CardPicture:
    """The picture of all pages that have none of their own (`tools/icons.py` draws it)."""
    return CardPicture(
        absolute_url(static("img/card.png")),
        gettext("Houses drawn in squares, with the name of the committee."),
        CARD_WIDTH,
        CARD_HEIGHT,
    )
