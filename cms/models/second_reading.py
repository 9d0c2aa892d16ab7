"""Second reading: a section of the site may ask that another person approves a page before it is published.

A section that asks for it has a `Workflow` of Wagtail, of one `SecondReadingTask`. What is published was approved as it
is: nobody changes a page that waits, and a version that was saved again has to be read again.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import Page, Revision, Task, TaskState, Workflow, WorkflowState

from cms.errors import PublicationRefused
from cms.permissions import PagePermissions


class SecondReadingLock(WorkflowLock):
    """Keeps a page as it is while it waits; its message leads to the second reading."""

    def get_message(self, user: Any) -> str:
        address = reverse("second_reading:read", args=[self.object.pk])
        words = gettext("This page waits for a second reading. Nobody changes it meanwhile.")
        link = '{} <a class="button button-small button-secondary" href="{}">{}</a>'
        return format_html(link, words, address, gettext("See where it stands"))

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        return gettext("Waits for a second reading")

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        return gettext("Nobody changes the page until it is approved or given back")


class SecondReadingTask(Task):
    """A person of `groups` reads a page that others wrote, and approves it or gives it back.

    Wagtail's own views offer no action: `cms.services` has the two ways out.
    """

    groups = models.ManyToManyField(Group, verbose_name=_("second readers"))

    lock_class = SecondReadingLock

    class Meta:
        verbose_name = _("second reading")
        verbose_name_plural = _("second readings")

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return True


def waiting_readings() -> QuerySet[TaskState]:
    """Returns the second readings that nobody has done yet, the oldest first."""
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__current_task_state=F("pk"),
        task__secondreadingtask__isnull=False,
    )
    return waiting.order_by("started_at", "pk")


def section_workflow(section: Page) -> Workflow | None:
    """Returns the workflow of `section` itself, None if it asks for no second reading."""
    return Workflow.objects.active().filter(workflow_pages__page=section.pk).first()


def authors_of_drafts(pages: QuerySet[Page]) -> dict[int, set[int]]:
    """Returns who saved a version of each of `pages` since its last publication. One query for the pages, one more."""
    published = dict(pages.values_list("pk", "last_published_at"))
    saved = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in published], user__isnull=False)
    authors: dict[int, set[int]] = {pk: set() for pk in published}
    for object_id, user, at in saved.values_list("object_id", "user_id", "created_at"):
        last = published[int(object_id)]
        if last is None or at > last:
            authors[int(object_id)].add(user)
    return authors


class ReadBeforePublication:
    """Mixin of pages, named before `Page`: a section that asks for a second reading publishes what was approved."""

    def permissions_for_user(self, user: Any) -> PagePermissions:
        return PagePermissions(user, self)

    def draft_authors(self) -> set[int]:
        """Returns who may not approve the draft: who saved a version of it, and who sent it."""
        authors = authors_of_drafts(Page.objects.filter(pk=self.pk)).get(self.pk, set())  # type: ignore[attr-defined]
        state = self.current_workflow_state  # type: ignore[attr-defined]
        return authors | ({state.requested_by_id} if state and state.requested_by_id else set())

    def publish(
        self, revision: Revision, *, user: Any = None, skip_permission_checks: bool = False, **kwargs: Any
    ) -> None:
        """Raises `PublicationRefused`, before anything is written, when nobody has approved `revision` as it is.

        A service that decides by a rule of its own (the approval of minutes) skips this, as it skips Wagtail's right.
        """
        if not skip_permission_checks and self.has_workflow:  # type: ignore[attr-defined]
            if not _is_approved(revision):
                reason = gettext("Another person reads it first: open it, then choose “Send to a second reader”.")
                raise PublicationRefused(str(revision.as_object()), [reason])
            skip_permission_checks = user is None or self.permissions_for_user(user).can_publish_once_read()
        super().publish(  # type: ignore[misc]
            revision, user=user, skip_permission_checks=skip_permission_checks, **kwargs
        )


def _is_approved(revision: Revision) -> bool:
    """Says whether somebody approved `revision`, and nothing was saved over it since."""
    approved = revision.task_states.filter(status=TaskState.STATUS_APPROVED, finished_at__gte=revision.created_at)
    return approved.exists()
