"""Signal receivers: openings of pages, publications, second readings, deletions, new images, changes of sites.

Digests list pages by the time they became public, not by publication: a page published long ago for members, and opened
today, is new today.
"""

from functools import partial
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site, TaskState, WorkflowState, get_page_models
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from cms.citations.collector import collect_again
from cms.errors import SectionKept
from cms.models import CustomImage, MissingAddress, StandardPage
from cms.notifications import ReadingAsked, TextApproved, TextGivenBack
from cms.quality.publication import check_again
from cms.renditions import make_all
from cms.services import note_openings


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    post_delete.connect(after_restriction, sender=PageViewRestriction, dispatch_uid="cms.after_restriction")
    post_page_move.connect(after_move, dispatch_uid="cms.after_move")
    page_published.connect(after_publication, dispatch_uid="cms.after_publication")
    task_submitted.connect(after_submission, dispatch_uid="cms.after_submission")
    workflow_approved.connect(after_approval, dispatch_uid="cms.after_approval")
    workflow_rejected.connect(after_refusal, dispatch_uid="cms.after_refusal")
    post_save.connect(after_picture, sender=CustomImage, dispatch_uid="cms.after_picture")
    post_save.connect(after_redirect, sender=Redirect, dispatch_uid="cms.after_redirect")
    for model in get_page_models():
        if model.max_count == 1:
            pre_delete.connect(keep_section, sender=model, dispatch_uid="cms.keep_section")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(cite_again, dispatch_uid="cms.cite_again")
    for signal in (post_save, post_delete):
        signal.connect(cite_again, sender=PageViewRestriction, dispatch_uid="cms.cite_again_restricted")
        signal.connect(forget_local, sender=Site, dispatch_uid="cms.after_site")
    for signal in (page_published, page_unpublished, post_page_move, post_delete):
        signal.connect(forget_local, sender=StandardPage, dispatch_uid="cms.foot_of_pages")


def connect_after_wagtail() -> None:
    """Connects the receivers that must run after Wagtail's own; called once, after those are connected."""
    page_slug_changed.connect(forget_drafted_addresses, dispatch_uid="cms.forget_drafted_addresses")
    post_page_move.connect(forget_drafted_addresses, dispatch_uid="cms.forget_drafted_addresses")


def forget_drafted_addresses(instance: Page, instance_before: Page | None = None, **kwargs: Any) -> None:
    """Deletes redirects that Wagtail created for a page which was never published, whose old URLs are unknown."""
    if (instance_before or instance).first_published_at is None:
        Redirect.objects.filter(redirect_page=instance, automatically_created=True).delete()


def disconnect_mails_of_wagtail() -> None:
    """Disconnects Wagtail's own mails about workflows, which bypass the outbox."""
    task_submitted.disconnect(sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
    for signal, event in (
        (workflow_submitted, "submitted"),
        (workflow_rejected, "rejected"),
        (workflow_approved, "approved"),
    ):
        signal.disconnect(sender=WorkflowState, dispatch_uid=f"workflow_state_{event}_email_notification")


def keep_section(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Raises `SectionKept`, whatever deletes the page."""
    raise SectionKept(instance)


def after_restriction(sender: type[Model], instance: PageViewRestriction, origin: Any, **kwargs: Any) -> None:
    """Records the opening of a page: its restriction, or that of an ancestor, was removed.

    Deleting a page deletes its restriction too, which opens nothing.
    """
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    if model is PageViewRestriction:
        note_openings(below=instance.page, now=timezone.now())


def after_move(sender: type[Model], instance: Page, parent_page_before: Page, **kwargs: Any) -> None:
    """Records the opening of a page moved out of a restriction."""
    if parent_page_before.get_view_restrictions().exists():
        note_openings(below=instance, now=timezone.now())


def after_publication(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    transaction.on_commit(partial(check_again, instance.pk), robust=True)


def after_submission(sender: type[TaskState], instance: TaskState, **kwargs: Any) -> None:
    ReadingAsked(instance).send(now=timezone.now())


def after_approval(sender: type[WorkflowState], instance: WorkflowState, **kwargs: Any) -> None:
    TextApproved(instance).send(now=timezone.now())


def after_refusal(sender: type[WorkflowState], instance: WorkflowState, **kwargs: Any) -> None:
    TextGivenBack(instance).send(now=timezone.now())


def after_picture(sender: type[CustomImage], instance: CustomImage, **kwargs: Any) -> None:
    """Recreates the renditions after a change of file or focal point."""
    if not kwargs.get("raw"):
        transaction.on_commit(lambda: make_all([instance]), robust=True)


def after_redirect(sender: type[Redirect], instance: Redirect, **_signal: object) -> None:
    """Deletes redirected paths from the missing addresses."""
    MissingAddress.objects.filter(path=instance.old_path).delete()


def cite_again(**_signal: object) -> None:
    """Makes the collection of citations due after a publication or its end."""
    collect_again()


def forget_local(**_signal: object) -> None:
    """Clears the local cache after a change of a site or of the footer; other processes follow within a minute."""
    caches["local"].clear()
