"""Publication of a page as editors do it, at a moment of the past: for the starter texts and the demonstration."""

from datetime import datetime
from typing import Any, TypeVar

from wagtail.models import Page

P = TypeVar("P", bound=Page)


def publish_under(parent: Page, page: P, at: datetime) -> P:
    """Returns `page`, published under `parent` as an editor would have done at the time `at`.

    It goes through a draft and a revision, so that history, search and signals see what they see in real life; only
    the dates are put back.
    """
    page.live = False
    page.first_published_at = at
    parent.add_child(instance=page)
    publish_revision(page, at)
    return page


def publish_revision(page: Page, at: datetime, *, by: Any = None) -> None:
    """Publishes the present fields of `page` as a revision of the time `at`; the history names `by`, who asked."""
    revision = page.save_revision(user=by, log_action=by is not None)
    revision.publish()
    type(revision).objects.filter(pk=revision.pk).update(created_at=at)
    Page.objects.filter(pk=page.pk).update(last_published_at=at, latest_revision_created_at=at)
    page.refresh_from_db()
