"""Checks of a published page: its pictures are made, and its text is measured.

Nothing of it is needed for the page to be read, so it comes after the commit (`cms.signals`), and a failure is logged
only. What was published without this (an import, an older version of the site) is caught up with by the tick, some
pages at a time.
"""

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

SLICE = 20


def check_again(pk: int) -> None:
    """Checks the page `pk` if it is still there."""
    for page in Page.objects.filter(pk=pk).specific():
        check(page, now=timezone.now())


def check(page: Page, *, now: datetime) -> None:
    """Makes the pictures of `page` (a specific one) and its card, and notes what was found in it."""
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
    """Yields the alternative text of each picture of `page` that is more than decoration."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for child in getattr(page, field.name).blocks_by_name("image"):
                image = child.value["image"]
                if image and not image.decorative:
                    yield image.contextual_alt_text or ""
        elif field.many_to_one and field.related_model is CustomImage and (image := getattr(page, field.name)):
            yield image.description


def check_missing(*, now: datetime) -> int:
    """Checks some of the published pages that never were; returns how many. One query when there is none."""
    pages = list(Page.objects.live().filter(depth__gt=1, check_row=None).order_by("pk")[:SLICE].specific())
    for page in pages:
        check(page, now=now)
    return len(pages)
