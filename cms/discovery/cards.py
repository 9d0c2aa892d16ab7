"""Link previews of pages: image, dates, canonical URL, and whether search engines may index the page.

Indexable are the pages of the tree, and the views that an app registers on the hook `indexable_views` (`cms.hooks`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import AbstractImage, AbstractRendition, SourceImageIOError
from wagtail.models import Page

from cms.hooks import card_kinds, is_indexable
from common.urls import absolute_url

PAGE_VIEW = "wagtail_serve"
# Kind of pages in the URL of a drawn card; other kinds are registered on the hook `card_kinds`.
PAGES = "pages"
# Size that social networks display uncropped. Smaller images are not enlarged.
CARD_WIDTH, CARD_HEIGHT = 1200, 630
CARD_FILTER = f"fill-{CARD_WIDTH}x{CARD_HEIGHT}|format-jpeg|jpegquality-75"


@dataclass(frozen=True)
class CardPicture:
    """Image of a card, with its absolute URL."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """Card of an indexable URL. Both dates are None except for articles."""

    url: str
    picture: CardPicture
    kind: str = "website"
    published_at: datetime | None = None
    changed_at: datetime | None = None


def card_of(request: HttpRequest, obj: Any, title: str = "") -> Card | None:
    """Returns the card for the response to `request`, or None if it is not indexable.

    `obj` is the page of the tree that is displayed, or None for another view; `title` is the title of the response.
    """
    if not may_be_listed(request, obj):
        return None
    url = canonical_url(request)
    picture = picture_of(getattr(obj, "card_image", None)) or drawn_picture(request, obj, title)
    if not getattr(obj, "is_article", False):
        return Card(url, picture)
    return Card(url, picture, "article", obj.first_published_at, obj.last_published_at)


def may_be_listed(request: HttpRequest, obj: Any) -> bool:
    """Returns whether the response to `request` is indexable. Previews, which have no URL of their own, are not."""
    match = request.resolver_match
    if match is None or request.method not in ("GET", "HEAD"):
        return False
    if match.view_name == PAGE_VIEW:
        return isinstance(obj, Page)
    return is_indexable(match.view_name)


def canonical_url(request: HttpRequest) -> str:
    """Returns the canonical URL of `request`: without filters.

    The page number of an unfiltered list is kept, since its content is at no other URL.
    """
    page_number = request.GET.get("page", "")
    is_later_page = (
        set(request.GET) == {"page"} and page_number.isascii() and page_number.isdigit() and int(page_number) > 1
    )
    return absolute_url(f"{request.path}?page={int(page_number)}" if is_later_page else request.path)


def picture_of(image: AbstractImage | None) -> CardPicture | None:
    """Returns a rendition of `image` in the size of a card, or None without a readable image."""
    if image is None:
        return None
    try:
        rendition: AbstractRendition = image.get_rendition(CARD_FILTER)
    except (SourceImageIOError, InvalidFilterSpecError):
        return None
    return CardPicture(absolute_url(rendition.url), image.description, rendition.width, rendition.height)


def drawn_picture(request: HttpRequest, obj: Any, title: str) -> CardPicture:
    """Returns the drawn image for a page of the tree or an object of `card_kinds`, else the default one.

    Social networks cache images by URL: a new title makes a new URL.
    """
    match = request.resolver_match
    if isinstance(obj, Page):
        kind, key = PAGES, str(obj.pk)
    else:
        kinds = [card_kind for card_kind in card_kinds() if match and card_kind.view == match.view_name]
        if not kinds or not match:
            return default_picture()
        kind, key = kinds[0].slug, str(match.kwargs[kinds[0].argument])
    version = hashlib.sha256(title.encode()).hexdigest()[:8]
    address = absolute_url(f"{reverse('cms:card', kwargs={'kind': kind, 'key': key})}?v={version}")
    alt = gettext("Drawn in squares: the title, and the house of the committee.")
    return CardPicture(address, alt, CARD_WIDTH, CARD_HEIGHT)


def default_picture() -> CardPicture:
    """Returns the image for pages without one of their own (drawn by `tools/icons.py`)."""
    return CardPicture(
        absolute_url(static("img/card.png")),
        gettext("Houses drawn in squares, with the name of the committee."),
        CARD_WIDTH,
        CARD_HEIGHT,
    )
