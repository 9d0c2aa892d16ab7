"""Work after the publication of a page: creates its renditions and measures its text.

Not needed for display, so it runs after the commit (`cms.signals`), and a failure is only logged. Pages published
without it (import, older version of the site) are processed by the tick in batches.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.models.checks import PageCheck
from cms.models.files import CustomImage
from cms.models.pages import BasePage
from cms.quality.readability import lix_of, text_of
from cms.renditions import images_of, make_all, make_card
from common.placeholders import example_addresses_in, placeholders_in
from common.reading_ease import longest_sentence

logger = logging.getLogger(__name__)

SLICE = 20


def check_again(pk: int) -> None:
    """Checks the page `pk` if it still exists."""
    for page in Page.objects.filter(pk=pk).specific():
        check(page, now=timezone.now())


def check(page: Page, *, now: datetime) -> None:
    """Creates the renditions and the card of `page` (specific), and stores the result of the checks."""
    make_all(images_of(page))
    make_card(page)
    text = text_of(page) if isinstance(page, BasePage) else ""
    PageCheck.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "lix": lix_of(text),
            "longest_sentence": len(longest_sentence(text)),
            "pictures_without_text": sum(not text.strip() for text in alternatives(page)),
            "placeholders": len(placeholders_in(text)) + len(example_addresses_in(text)),
            "checked_at": now,
        },
    )


def alternatives(page: Page) -> Iterator[str]:
    """Yields the alternative text of each image of `page` that is not decorative."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for child in getattr(page, field.name).blocks_by_name("image"):
                image = child.value["image"]
                if image and not image.decorative:
                    yield image.contextual_alt_text or ""
        elif field.many_to_one and field.related_model is CustomImage and (image := getattr(page, field.name)):
            yield image.description


def check_missing(*, now: datetime) -> int:
    """Checks a batch of the published pages without results; returns the number. One query if there are none.

    A failure is logged, and does not keep other pages from being checked.
    """
    pages = Page.objects.live().filter(depth__gt=1, check_row=None).order_by("pk")[:SLICE].specific()
    count = 0
    for page in pages:
        try:
            check(page, now=now)
        except Exception:
            logger.exception("the page %s could not be checked", page.pk)
        else:
            count += 1
    return count
