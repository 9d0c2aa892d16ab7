"""Second reading: a section may require that another user approves a page before it is published.

Such a section has a Wagtail `Workflow` with one `SecondReadingTask`. Only the approved revision is published: a page
that waits is locked, and a revision saved later needs a new approval.
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
from wagtail.models import Comment, Page, PageLogEntry, Revision, Task, TaskState, Workflow, WorkflowState

from cms.errors import PublicationRefused
from cms.permissions import PagePermissions

# Log actions of a publication, at once or at its date.
PUBLICATIONS = ("wagtail.publish", "wagtail.publish.scheduled")


class SecondReadingLock(WorkflowLock):
    """Locks a page that waits for its second reading; the message links to it."""

    def get_message(self, user: Any) -> str:
        address = reverse("second_reading:read", args=[self.object.pk])
        sentence = gettext("This page waits for a second reading. Nobody changes it meanwhile.")
        link = '{} <a class="button button-small button-secondary" href="{}">{}</a>'
        return format_html(link, sentence, address, gettext("See where it stands"))

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        return gettext("Waits for a second reading")

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        return gettext("Nobody changes the page until it is approved or given back")


class SecondReadingTask(Task):
    """Task of a member of `groups`: reads a page written by others, and approves or returns it.

    Wagtail's own views offer no action: `cms.services` has both decisions.
    """

    groups = models.ManyToManyField(Group, verbose_name=_("second readers"))

    lock_class = SecondReadingLock

    class Meta:
        verbose_name = _("second reading")
        verbose_name_plural = _("second readings")

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return True


def waiting_readings() -> QuerySet[TaskState]:
    """Returns the pending second readings, the oldest first."""
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__current_task_state=F("pk"),
        task__secondreadingtask__isnull=False,
    )
    return waiting.order_by("started_at", "pk")


def section_workflow(section: Page) -> Workflow | None:
    """Returns the workflow of `section` itself, or None."""
    return Workflow.objects.active().filter(workflow_pages__page=section.pk).first()


def authors_of_drafts(pages: QuerySet[Page]) -> dict[int, set[int]]:
    """Returns the authors of revisions since the last publication, by page. One query besides `pages`."""
    published = dict(pages.values_list("pk", "last_published_at"))
    saved = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in published], user__isnull=False)
    authors: dict[int, set[int]] = {pk: set() for pk in published}
    for object_id, user, at in saved.values_list("object_id", "user_id", "created_at"):
        last = published[int(object_id)]
        if last is None or at > last:
            authors[int(object_id)].add(user)
    return authors


def open_comments(page: Page) -> QuerySet[Comment]:
    """Returns the comments of editors on `page` that are not resolved, oldest first, with their replies."""
    waiting = Comment.objects.filter(page=page.pk, resolved_at=None).select_related("user")
    return waiting.prefetch_related("replies__user").order_by("created_at", "pk")


def last_published(page: Page) -> Revision | None:
    """Returns the revision of `page` that was published last, even if the page is not live any more."""
    entries = PageLogEntry.objects.filter(page=page.pk, action__in=PUBLICATIONS, revision__isnull=False)
    return Revision.page_revisions.filter(pk__in=entries.values("revision")).order_by("-created_at", "-pk").first()


class ReadBeforePublication:
    """Mixin for pages, placed before `Page`: requires an approval for publication in sections with second readings."""

    def permissions_for_user(self, user: Any) -> PagePermissions:
        return PagePermissions(user, self)

    def draft_authors(self) -> set[int]:
        """Returns the users who may not approve the draft: authors of its revisions, and its sender."""
        authors = authors_of_drafts(Page.objects.filter(pk=self.pk)).get(self.pk, set())  # type: ignore[attr-defined]
        state = self.current_workflow_state  # type: ignore[attr-defined]
        return authors | ({state.requested_by_id} if state and state.requested_by_id else set())

    def publish(
        self, revision: Revision, *, user: Any = None, skip_permission_checks: bool = False, **kwargs: Any
    ) -> None:
        """Publishes `revision`; raises `PublicationRefused` first if it needs an approval and has none.

        A service with a rule of its own (approval of minutes) skips this along with Wagtail's permission check.
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
    """Returns whether `revision` was approved, and is unchanged since."""
    approved = revision.task_states.filter(status=TaskState.STATUS_APPROVED, finished_at__gte=revision.created_at)
    return approved.exists()
