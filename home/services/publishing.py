"""Publishes pages as editors do, with a date in the past: for the starter texts and the demonstration."""

from datetime import datetime
from typing import Any, TypeVar

from wagtail.models import Page

P = TypeVar("P", bound=Page)


def publish_under(parent: Page, page: P, at: datetime) -> P:
    """Returns `page`, published under `parent` as by an editor at the time `at`.

    Uses a draft and a revision, so that history, search and signals work as usual; only the dates are changed
    afterwards.
    """
    page.live = False
    page.first_published_at = at
    parent.add_child(instance=page)
    publish_revision(page, at)
    return page


def publish_revision(page: Page, at: datetime, *, by: Any = None) -> None:
    """Publishes the current fields of `page` as a revision of the time `at`, logged for the user `by`."""
    revision = page.save_revision(user=by, log_action=by is not None)
    revision.publish()
    type(revision).objects.filter(pk=revision.pk).update(created_at=at)
    Page.objects.filter(pk=page.pk).update(last_published_at=at, latest_revision_created_at=at)
    page.refresh_from_db()
