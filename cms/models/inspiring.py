"""Pages that can inspire proposals of residents."""

from django.db import models
from wagtail.models import Page, PageQuerySet

from cms.models.visibility import published_pages


class InspiringPage(models.Model):
    """Mixin for a page about a practice elsewhere, from which residents may make a proposal. Goes before `BasePage`.

    Proposals belong to a higher app, whose template tags show them on the page.
    """

    class Meta:
        abstract = True


def inspiring_pages() -> PageQuerySet:
    """Returns the public inspiring pages: the one rule of what a proposal may cite as its example."""
    return published_pages(Page.objects.type(InspiringPage))
