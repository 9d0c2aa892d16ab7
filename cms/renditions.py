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
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from wagtail.models import Page, ReferenceIndex

from cms.discovery.cards import PAGES, picture_of
from cms.discovery.drawn_cards import draw
from cms.hooks import CardSubject, card_kinds
from cms.models.files import CustomImage
from cms.models.pages import BasePage
from cms.models.visibility import published_pages

logger = logging.getLogger(__name__)

TEMPLATES = ("components/picture.html", "components/cover.html")


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
        card_file(PAGES, str(page.pk))
    except Exception:
        logger.exception("the card of the page %s failed", page.pk)


def card_file(kind: str, key: str) -> Path | None:
    """Returns the file of a drawn card, drawn now if its words are new; None when nobody may read what it is about.

    The cards of other words, or of what cannot be read any more, are removed. A number has one way to be written, or
    each other way would make another file.
    """
    if key.isdecimal() and not (key.isascii() and len(key) < 10 and key == str(int(key))):
        return None
    folder = Path(settings.MEDIA_ROOT) / "cards"
    subject = _subject(kind, key)
    mark = hashlib.sha256(repr((subject, settings.WAGTAIL_SITE_NAME)).encode()).hexdigest()[:16] if subject else ""
    file = folder / f"{kind}-{key}.{mark}.png"
    if subject and file.exists():
        return file
    # The folder is gone through only when a card changes or goes: it has a file for each page that was shared.
    for former in folder.glob(f"{kind}-{key}.*.png"):
        former.unlink(missing_ok=True)
    if subject:
        picture = draw(subject, settings.WAGTAIL_SITE_NAME)
        folder.mkdir(parents=True, exist_ok=True)
        # Whole or not there: two readers may ask for it at once.
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(picture)
        os.replace(part.name, file)
    return file if subject else None


def _subject(kind: str, key: str) -> CardSubject | None:
    if kind == PAGES:
        page = published_pages(Page.objects.filter(pk=key)).specific().first() if key.isdecimal() else None
        return page.card_subject if isinstance(page, BasePage) else None
    return next((one.subject(key) for one in card_kinds() if one.slug == kind), None)
