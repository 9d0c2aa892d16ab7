"""A discussion is made with the thing it belongs to."""

from wagtail.models import Page

from participation.models import Discussion, Proposal


def discussion_for_proposal(*, proposal: Proposal) -> Discussion:
    """Returns the discussion of `proposal`, made if there is none."""
    return Discussion.objects.get_or_create(proposal=proposal)[0]


def discussion_for_page(*, page: Page) -> Discussion:
    """Returns the discussion of `page`, made if there is none; it is asked for when a call is published."""
    return Discussion.objects.get_or_create(page_id=page.pk)[0]
