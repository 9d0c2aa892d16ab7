"""Renditions: the sizes in which the site shows its images, made before a reader asks.

Two templates show pictures, `components/picture.html` and `components/cover.html`, and the cards of shared links show
one; the sizes are written there and nowhere else. To make the files of a picture is to draw it in these places: what
Wagtail would do on the first view.

A page or an object without a picture of its own has a drawn card: made when a page is published, otherwise when the
first link is shared, and kept until its words change. No address of a file leads to it: `cms.views.card` asks first
whether anyone may still read what it is about.
"""

import hashlib
import logging
from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from wagtail.models import Page, ReferenceIndex

from cms.discovery.cards import PAGES, picture_of
from cms.discovery.drawn_cards import draw
from cms.hooks import CardSubject, card_kinds
from cms.models.files import CustomImage
from cms.models.pages import BasePage
from cms.models.visibility import published_pages
from common.media import MediaUnavailable, names_in_use

logger = logging.getLogger(__name__)

TEMPLATES = ("components/picture.html", "components/cover.html")
# The last part of every PNG.
PNG_END = b"IEND\xaeB`\x82"


def make_renditions(image: CustomImage) -> None:
    """Makes the files of `image` that are missing; costs three queries when none is."""
    for template in TEMPLATES:
        render_to_string(template, {"image": image})
    picture_of(image)


def make_all(images: Iterable[CustomImage]) -> int:
    """Makes what is missing of `images`; one that cannot be read is logged. Returns how many went well."""
    made = 0
    for image in images:
        try:
            make_renditions(image)
        except Exception:
            logger.exception("renditions of the image %s failed", image.pk)
        else:
            made += 1
    return made


def images_of(page: Page) -> list[CustomImage]:
    """Returns the pictures that the published `page` shows, in its fields and in its body."""
    references = ReferenceIndex.get_references_for_object(page).filter(
        to_content_type=ContentType.objects.get_for_model(CustomImage)
    )
    keys = {int(key) for key in references.values_list("to_object_id", flat=True)}
    return list(CustomImage.objects.filter(pk__in=keys).order_by("pk"))


def make_card(page: Page) -> None:
    """Draws the card of the published `page`, unless it has a picture of its own; one that cannot be is logged."""
    if getattr(page, "card_image", None):
        return
    try:
        card_of(PAGES, str(page.pk))
    except Exception:
        logger.exception("the card of the page %s failed", page.pk)


def card_of(kind: str, key: str) -> bytes | None:
    """Returns the drawn card, drawn now if its words are new; None when nobody may read what it is about.

    The cards of other words, or of what cannot be read any more, are removed. A number has one way to be written, or
    each other way would make another file. Without the store of the files it is drawn for this one time.
    """
    if key.isdecimal() and not (key.isascii() and len(key) < 10 and key == str(int(key))):
        return None
    subject = _subject(kind, key)
    mark = hashlib.sha256(repr((subject, settings.WAGTAIL_SITE_NAME)).encode()).hexdigest()[:16] if subject else ""
    name = f"cards/{kind}-{key}.{mark}.png"
    try:
        if subject and (kept := _kept_card(name)):
            return kept
        # The others are looked for only when a card changes or goes: there is one for each page that was shared.
        for former in list(names_in_use(f"cards/{kind}-{key}.")):
            default_storage.delete(former)
        picture = draw(subject, settings.WAGTAIL_SITE_NAME) if subject else None
        if picture:
            default_storage.save(name, ContentFile(picture))
        return picture
    except MediaUnavailable as error:
        logger.warning("the card %s is not kept: %s", name, error)
        return draw(subject, settings.WAGTAIL_SITE_NAME) if subject else None


def _kept_card(name: str) -> bytes:
    """Returns a card that was drawn before; nothing if there is none, or if another reader's is being written."""
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except FileNotFoundError:
        return b""
    return content if content.endswith(PNG_END) else b""


def _subject(kind: str, key: str) -> CardSubject | None:
    if kind == PAGES:
        page = published_pages(Page.objects.filter(pk=key)).specific().first() if key.isdecimal() else None
        return page.card_subject if isinstance(page, BasePage) else None
    return next((one.subject(key) for one in card_kinds() if one.slug == kind), None)
