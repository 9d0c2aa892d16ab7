"""Renditions: the sizes in which the site shows its images, made before a reader asks.

Two templates show pictures, `components/picture.html` and `components/cover.html` (`components/thumbnail.html` has the
same size), and the cards of shared links show one; the sizes are written there and nowhere else. To make the files of a
picture is to draw it in these places: what Wagtail would do on the first view.
"""

import logging
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from wagtail.models import Page, ReferenceIndex

from cms.discovery.cards import picture_of
from cms.models.files import CustomImage

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
