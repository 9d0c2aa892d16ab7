"""Pages that can inspire proposals of residents."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.models import Page, PageQuerySet

from cms.hooks import inspired_by_page
from cms.models.visibility import published_pages


class InspiringPage(models.Model):
    """Mixin for a page about a practice elsewhere, from which residents may make a proposal. Goes before `BasePage`.

    Proposals belong to a higher app: see the hook `inspired_by_page` of `cms.hooks`.
    """

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `inspired`: the public objects that the page inspired."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return {**context, "inspired": inspired_by_page(self, request)}


def inspiring_pages() -> PageQuerySet:
    """Returns the public inspiring pages: the one rule of what a proposal may cite as its example."""
    return published_pages(Page.objects.type(InspiringPage))
