"""Second readings, scheduled publication, openings of pages, missing addresses."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.errors import DraftChanged, PublicationRefused, ReviewExpired
from cms.models import MissingAddress
from cms.models.second_reading import SecondReadingTask, section_workflow
from cms.models.visibility import PageOpening, published_pages
from cms.permissions import can_choose_second_readings
from cms.quality.requirements import require_publishable
from common.errors import Refusal

logger = logging.getLogger(__name__)

MAX_MISSING_ADDRESSES = 500
MAX_NEW_A_DAY = 50
MISSING_ADDRESSES_KEPT = timedelta(days=90)

PUBLICATION_REFUSED = "cms.publication_refused"


@transaction.atomic
def ask_for_second_readings(*, section: Page, groups: Iterable[Group], by: Any) -> None:
    """Requires an approval by a member of `groups` for publications in `section`."""
    _require(can_choose_second_readings(by))
    workflow = section_workflow(section)
    if workflow is None:
        workflow = Workflow.objects.create(name=gettext("Second reading: %(section)s") % {"section": section.title})
        task = SecondReadingTask.objects.create(name=workflow.name)
        WorkflowTask.objects.create(workflow=workflow, task=task)
        WorkflowPage.objects.create(page=section, workflow=workflow)
    workflow.tasks.get().specific.groups.set(groups)


@transaction.atomic
def ask_for_no_second_reading(*, section: Page, by: Any) -> int:
    """Allows direct publication in `section` again; returns the number of cancelled readings: drafts again."""
    _require(can_choose_second_readings(by))
    workflow = section_workflow(section)
    if workflow is None:
        return 0
    under_way = list(WorkflowState.objects.active().filter(workflow=workflow))
    for state in under_way:
        state.cancel(user=by)
    workflow.deactivate(user=by)
    return len(under_way)


@transaction.atomic
def send_to_reader(*, page: Page, version: int, by: Any) -> None:
    """Sends the draft of `page` to the second readers; `version` is the revision whose mail `by` saw.

    Raises `PublicationRefused` for an invalid draft, `DraftChanged` if there is a newer revision.
    """
    Page.objects.select_for_update().get(pk=page.pk)
    page.refresh_from_db()
    if not page.permissions_for_user(by).can_submit_for_moderation() or page.latest_revision_id != version:
        raise DraftChanged
    require_publishable(page.get_latest_revision_as_object())
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(by)
    else:
        page.get_workflow().start(page, by)


def reading_to_ask(*, page: Page, by: Any) -> TaskState:
    """Returns, unsaved, the second reading that sending the draft of `page` would create."""
    workflow = page.get_workflow()
    state = WorkflowState(content_object=page, workflow=workflow, requested_by=by)
    return TaskState(workflow_state=state, revision=page.latest_revision, task=workflow.tasks.get())


@transaction.atomic
def approve(*, page: Page, version: int, by: Any, comment: str = "") -> None:
    """Approves and publishes the pending revision, now or at its date; `version` is the revision that `by` read.

    Raises `PublicationRefused` for an invalid draft: the page then stays pending.
    """
    _waiting(page, version, by).approve(user=by, comment=comment)


@transaction.atomic
def give_back(*, page: Page, version: int, by: Any, comment: str) -> None:
    """Returns the pending revision to its author, with `comment` on what to change."""
    _waiting(page, version, by).reject(user=by, comment=comment)


def _waiting(page: Page, version: int, by: Any) -> TaskState:
    """Returns the pending second reading of `page`, locked."""
    state = page.current_workflow_task_state
    locked = TaskState.objects.select_for_update().filter(pk=state.pk if state else None).first()
    if locked is None or locked.status != TaskState.STATUS_IN_PROGRESS or locked.revision_id != version:
        raise ReviewExpired
    _require(page.permissions_for_user(by).can_approve())
    return locked


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def note_openings(*, below: Page, now: datetime) -> int:
    """Records that `below` and its descendants, if public now, became so at `now`; returns the number of pages.

    The caller knows that they were restricted before.
    """
    opened = published_pages(Page.objects.descendant_of(below, inclusive=True)).values_list("pk", flat=True)
    rows = [PageOpening(page_id=pk, at=now) for pk in opened]
    PageOpening.objects.bulk_create(rows, update_conflicts=True, update_fields=["at"], unique_fields=["page"])
    return len(rows)


def publish_due(*, now: datetime) -> tuple[int, int]:
    """Publishes and unpublishes scheduled pages that are due; returns both counts.

    Called by the tick. Each page has its own transaction: a failure is logged and does not block the others, as it
    would in Wagtail's command. Idempotent, since each one is locked, and skipped if it is no longer due.
    """
    expired = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
    withdrawn = sum(_run_in_transaction(partial(_withdraw, page.pk, now), f"page {page.pk}") for page in expired)
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    published = sum(
        _run_in_transaction(partial(_publish, revision.pk, now), f"revision {revision.pk}") for revision in due
    )
    return published, withdrawn


def _publish(pk: int, now: datetime) -> bool:
    """Returns whether the revision was published: not if an editor has unscheduled it, or another tick published it.

    If refused, it is unscheduled, and the reason is logged in its history. The dashboard lists it for users who can
    correct it.
    """
    revision = Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=now).first()
    if revision is None:
        return False
    try:
        revision.publish(log_action="wagtail.publish.scheduled")
    except PublicationRefused as refused:
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
        data = {"reasons": refused.reasons}
        log(instance=revision.content_object, action=PUBLICATION_REFUSED, revision=revision, data=data)
        return False
    return True


def _withdraw(pk: int, now: datetime) -> bool:
    """Returns whether the page was unpublished: not if its expiry was moved, or another tick unpublished it.

    If refused, its expiry is removed, and the reason logged.
    """
    page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=now).first()
    if page is None:
        return False
    try:
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except Refusal as refused:
        Page.objects.filter(pk=page.pk).update(expire_at=None)
        log(instance=page, action=PUBLICATION_REFUSED, data={"reasons": [str(refused)]})
        return False
    return True


def _run_in_transaction(act: Callable[[], bool], label: str) -> bool:
    """Runs `act` in a transaction; returns its result, or False after an exception."""
    try:
        with transaction.atomic():
            return act()
    except Exception:
        logger.exception("scheduled publication: %s failed", label)
        return False


def note_missing_address(*, path: str, today: date) -> None:
    """Counts a missing address, at most once a minute per process. Implausible paths are ignored.

    Floods are bounded: there is a limit of new addresses per day, and one in all.
    """
    if not MissingAddress.is_plausible(path):
        return
    existing = MissingAddress.objects.filter(path=path)
    if existing.exists():
        if caches["local"].add(f"missing:{path}", True):
            existing.update(count=F("count") + 1, last_asked_on=today)
        return
    rows = MissingAddress.objects.aggregate(total=Count("pk"), new=Count("pk", filter=Q(first_asked_on=today)))
    if rows["total"] < MAX_MISSING_ADDRESSES and rows["new"] < MAX_NEW_A_DAY:
        row = MissingAddress(path=path, first_asked_on=today, last_asked_on=today)
        MissingAddress.objects.bulk_create([row], ignore_conflicts=True)
        caches["local"].set(f"missing:{path}", True)


def forget_missing_addresses(*, now: datetime) -> int:
    """Deletes addresses that were not requested for the retention period; returns the number."""
    return MissingAddress.objects.filter(last_asked_on__lt=timezone.localdate(now) - MISSING_ADDRESSES_KEPT).delete()[0]
