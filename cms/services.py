"""Publication of pages at a chosen time, the note that a page opens to everybody, addresses that are not found."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, F, Q
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from cms.errors import PublicationRefused
from cms.models import MissingAddress
from cms.models.visibility import PageOpening, published_pages

logger = logging.getLogger(__name__)

MAX_MISSING_ADDRESSES = 500
MAX_NEW_A_DAY = 50
MISSING_ADDRESSES_KEPT = timedelta(days=90)

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


def note_missing_address(*, path: str, today: date) -> None:
    """Counts an address that was not found, at most once a minute in each process. What is refused writes nothing.

    A flood makes nothing grow: an address must be plausible, and there are as many new ones a day, and as many in all,
    as a person can read.
    """
    if not MissingAddress.is_plausible(path):
        return
    known = MissingAddress.objects.filter(path=path)
    if known.exists():
        if caches["local"].add(f"missing:{path}", True):
            known.update(count=F("count") + 1, last_asked_on=today)
        return
    rows = MissingAddress.objects.aggregate(total=Count("pk"), new=Count("pk", filter=Q(first_asked_on=today)))
    if rows["total"] < MAX_MISSING_ADDRESSES and rows["new"] < MAX_NEW_A_DAY:
        row = MissingAddress(path=path, first_asked_on=today, last_asked_on=today)
        MissingAddress.objects.bulk_create([row], ignore_conflicts=True)
        caches["local"].set(f"missing:{path}", True)


def forget_missing_addresses(*, today: date) -> int:
    """Deletes the addresses that nobody asked for any more; returns how many."""
    return MissingAddress.objects.filter(last_asked_on__lt=today - MISSING_ADDRESSES_KEPT).delete()[0]
