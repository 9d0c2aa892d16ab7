"""Publication of pages at a chosen time, and the note that a page opens to everybody."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from cms.errors import PublicationRefused
from cms.models.visibility import PageOpening, published_pages

logger = logging.getLogger(__name__)

PUBLICATION_REFUSED = "cms.publication_refused"


def note_openings(*, below: Page, now: datetime) -> int:
    """Stamps `below`, and the pages under it, that anyone may read from now on; returns how many.

    The caller knows that they were behind a restriction until then.
    """
    opened = published_pages(Page.objects.descendant_of(below, inclusive=True)).values_list("pk", flat=True)
    rows = [PageOpening(page_id=pk, at=now) for pk in opened]
    PageOpening.objects.bulk_create(rows, update_conflicts=True, update_fields=["at"], unique_fields=["page"])
    return len(rows)


def publish_due(*, now: datetime) -> tuple[int, int]:
    """Publishes what was scheduled up to `now` and withdraws what expired; returns both counts.

    The tick calls it. Each page has its own transaction: one that cannot be published is logged and does not hold the
    others back, as it would in Wagtail's own command. Running twice does no harm, since what is done is no longer due.
    """
    expired = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
    withdrawn = sum(_done(partial(_withdraw, page), f"page {page.pk}") for page in expired)
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    published = sum(_done(partial(_publish, revision), f"revision {revision.pk}") for revision in due)
    return published, withdrawn


def _publish(revision: Revision) -> bool:
    """Says whether `revision` is published. One that is refused stays a draft, due no more; its history says why.

    The dashboard tells those who may correct it.
    """
    try:
        revision.publish(log_action="wagtail.publish.scheduled")
    except PublicationRefused as refused:
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
        data = {"reasons": refused.reasons}
        log(instance=revision.content_object, action=PUBLICATION_REFUSED, revision=revision, data=data)
        return False
    return True


def _withdraw(page: Page) -> bool:
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _done(act: Callable[[], bool], what: str) -> bool:
    """Runs `act` in a transaction; says whether it did what it is for."""
    try:
        with transaction.atomic():
            return act()
    except Exception:
        logger.exception("scheduled publication: %s failed", what)
        return False
