"""Pages of which a resident may make a proposal."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.models import Page, PageQuerySet

from cms.hooks import inspired_by_page
from cms.models.visibility import published_pages


class InspiringPage(models.Model):
    """Mixin of a page that shows what others do, and of which a resident may make a proposal. Put it before `BasePage`.

    Proposals are the business of an app above this one: see the hook `inspired_by_page` of `cms.hooks`.
    """

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `inspired`: what the page gave others the idea of, of what anyone may read."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return {**context, "inspired": inspired_by_page(self, request)}


def inspiring_pages() -> PageQuerySet:
    """Returns the inspiring pages that anyone may read: the one rule of what a proposal may name as its example."""
    return published_pages(Page.objects.type(InspiringPage))
