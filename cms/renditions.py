"""Renditions of images in the sizes of the site, created before the first view.

Their sizes are defined by two templates, `components/picture.html` and `components/cover.html`, and the link previews.
Rendering these creates the files, as Wagtail would on the first view.

A page or an object without an image has a drawn card: created at publication, or when a link is first shared, and kept
until its content changes. Its file has no public URL: `cms.views.card` first checks that its subject is public.
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
# Last chunk of every PNG.
PNG_END = b"IEND\xaeB`\x82"


def make_renditions(image: CustomImage) -> None:
    """Creates the missing renditions of `image`; three queries if none is missing."""
    for template in TEMPLATES:
        render_to_string(template, {"image": image})
    picture_of(image)


def make_all(images: Iterable[CustomImage]) -> int:
    """Creates the missing renditions of `images`, logging failures. Returns the number of successes."""
    count = 0
    for image in images:
        try:
            make_renditions(image)
        except Exception:
            logger.exception("renditions of the image %s failed", image.pk)
        else:
            count += 1
    return count


def images_of(page: Page) -> list[CustomImage]:
    """Returns the images of the published `page`, in fields and body."""
    references = ReferenceIndex.get_references_for_object(page).filter(
        to_content_type=ContentType.objects.get_for_model(CustomImage)
    )
    keys = {int(key) for key in references.values_list("to_object_id", flat=True)}
    return list(CustomImage.objects.filter(pk__in=keys).order_by("pk"))


def make_card(page: Page) -> None:
    """Draws the card of the published `page`, unless it has an image of its own; logs failures."""
    if getattr(page, "card_image", None):
        return
    try:
        card_of(PAGES, str(page.pk))
    except Exception:
        logger.exception("the card of the page %s failed", page.pk)


def card_of(kind: str, key: str) -> bytes | None:
    """Returns the card, drawn if its content is new; None if its subject is not public.

    Outdated cards are deleted. Only the canonical form of a number is accepted, since each other form would create a
    file. If the file store is unavailable, the card is drawn without being stored.
    """
    if key.isdecimal() and not (key.isascii() and len(key) < 10 and key == str(int(key))):
        return None
    subject = _subject(kind, key)
    mark = hashlib.sha256(repr((subject, settings.WAGTAIL_SITE_NAME)).encode()).hexdigest()[:16] if subject else ""
    name = f"cards/{kind}-{key}.{mark}.png"
    try:
        if subject and (cached := _stored_card(name)):
            return cached
        # Outdated files are looked for only when a card changes or goes: there is one for each shared page.
        for former in list(names_in_use(f"cards/{kind}-{key}.")):
            default_storage.delete(former)
        picture = draw(subject, settings.WAGTAIL_SITE_NAME) if subject else None
        if picture:
            default_storage.save(name, ContentFile(picture))
        return picture
    except MediaUnavailable as error:
        logger.warning("the card %s is not kept: %s", name, error)
        return draw(subject, settings.WAGTAIL_SITE_NAME) if subject else None


def _stored_card(name: str) -> bytes:
    """Returns the stored card; empty if there is none, or if it is still being written by another request."""
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
    return next((card_kind.subject(key) for card_kind in card_kinds() if card_kind.slug == kind), None)
