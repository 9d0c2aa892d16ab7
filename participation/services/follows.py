"""Discussions of proposals and pages, and their follows: chosen, or automatic after an action."""

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import Page

from accounts.models import User
from cms.models.discussions import DiscussedPage
from participation import permissions
from participation.models import Discussion, Follow, Proposal


def discussion_for_proposal(*, proposal: Proposal) -> Discussion:
    """Returns the discussion of `proposal`, creating it if needed."""
    return Discussion.objects.get_or_create(proposal=proposal)[0]


def discussion_for_page(*, page: Page) -> Discussion:
    """Returns the discussion of `page`, creating it if needed; called when a call is published."""
    return Discussion.objects.get_or_create(page_id=page.pk)[0]


def follow_editors_choice(*, instance: Page, **kwargs: Any) -> None:
    """Opens or closes the discussion of a page that was just published, as set by its editor."""
    if not isinstance(instance, DiscussedPage):
        return
    if instance.discussion_open:
        discussion_for_page(page=cast(Page, instance))
    Discussion.objects.filter(page_id=instance.pk).update(is_open=instance.discussion_open)


@transaction.atomic
def set_follow(*, user: User, discussion: Discussion, following: bool, now: datetime) -> Follow:
    """Makes `user` follow `discussion` or not.

    Idempotent: the state is given, never toggled. A restarted follow begins at `now`. Raises `PermissionDenied` if
    the discussion is not public.
    """
    if not permissions.can_follow(user, discussion):
        raise PermissionDenied
    if following:
        Follow.objects.filter(user=user, discussion=discussion, muted=True).update(created_at=now)
    return Follow.objects.update_or_create(
        user=user,
        discussion=discussion,
        defaults={"muted": not following},
        create_defaults={"muted": not following, "source": Follow.Source.CHOSEN, "created_at": now},
    )[0]


def follow_automatically(*, user: User, discussion: Discussion, source: Follow.Source, now: datetime) -> None:
    """Makes `user` follow because of an action.

    A stopped follow stays stopped. A follow because of a support, which may be withdrawn, gets the stronger reason.
    """
    # Not `get_or_create`, which needs four queries instead of one.
    follow = Follow(user=user, discussion=discussion, source=source, created_at=now)
    Follow.objects.bulk_create([follow], ignore_conflicts=True)
    if source != Follow.Source.SUPPORTED:
        Follow.objects.filter(user=user, discussion=discussion, source=Follow.Source.SUPPORTED).update(source=source)


def forget_support(*, user: User, discussion: Discussion) -> None:
    """Ends a follow whose only reason was a withdrawn support. A stopped follow stays."""
    Follow.objects.standing().filter(user=user, discussion=discussion, source=Follow.Source.SUPPORTED).delete()
