"""Notes that a page opens to everybody: its restriction, or one above it, is lifted, or it moves from under one.

Letters tell what became visible, not what was published: a page that was published for members long ago, and is opened
today, is news today.
"""

from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from cms.models.openings import PageOpening
from cms.visibility import published_pages


def connect() -> None:
    """Listens to restrictions that go, and to pages that move; called once, when the app is ready."""
    post_delete.connect(_after_restriction, sender=PageViewRestriction, dispatch_uid="cms.openings")
    post_page_move.connect(_after_move, dispatch_uid="cms.openings")


def _after_restriction(sender: type[Model], instance: PageViewRestriction, origin: Any, **kwargs: Any) -> None:
    """A restriction that goes because its page is deleted opens nothing."""
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    if model is PageViewRestriction:
        note_openings(below=instance.page, now=timezone.now())


def _after_move(sender: type[Model], instance: Page, parent_page_before: Page, **kwargs: Any) -> None:
    if parent_page_before.get_view_restrictions().exists():
        note_openings(below=instance, now=timezone.now())


def note_openings(*, below: Page, now: datetime) -> int:
    """Stamps `below`, and the pages under it, that anyone may read from now on; returns how many.

    The caller knows that they were behind a restriction until then.
    """
    opened = published_pages(Page.objects.descendant_of(below, inclusive=True)).values_list("pk", flat=True)
    rows = [PageOpening(page_id=pk, at=now) for pk in opened]
    PageOpening.objects.bulk_create(rows, update_conflicts=True, update_fields=["at"], unique_fields=["page"])
    return len(rows)
