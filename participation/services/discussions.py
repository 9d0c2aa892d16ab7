"""A discussion is made with the thing it belongs to."""

from typing import Any, cast

from wagtail.models import Page

from cms.models.discussions import DiscussedPage
from participation.models import Discussion, Proposal


def discussion_for_proposal(*, proposal: Proposal) -> Discussion:
    """Returns the discussion of `proposal`, made if there is none."""
    return Discussion.objects.get_or_create(proposal=proposal)[0]


def discussion_for_page(*, page: Page) -> Discussion:
    """Returns the discussion of `page`, made if there is none; it is asked for when a call is published."""
    return Discussion.objects.get_or_create(page_id=page.pk)[0]


def follow_editors_choice(*, instance: Page, **kwargs: Any) -> None:
    """Opens or closes the discussion of a page that was just published, as its editor ticked it."""
    if not isinstance(instance, DiscussedPage):
        return
    if instance.discussion_open:
        discussion_for_page(page=cast(Page, instance))
    Discussion.objects.filter(page_id=instance.pk).update(is_open=instance.discussion_open)
