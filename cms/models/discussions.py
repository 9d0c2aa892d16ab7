"""Pages with an optional discussion by readers."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.hooks import PageDiscussion, page_discussion


class DiscussedPage(models.Model):
    """Mixin for a page with a discussion. Goes before `BasePage`.

    Comments belong to a higher app: see the hook `page_discussion` of `cms.hooks`.
    """

    discussion_open = models.BooleanField(
        _("discussion open"),
        default=False,
        help_text=_("Readers may write comments under the page. Without the tick, those already there stay readable."),
    )

    discussion_panel = FieldPanel("discussion_open")

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `page_discussion`; None if there is nothing to read or write, and in a preview."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return {**context, "page_discussion": self.find_discussion(request)}

    def find_discussion(self, request: HttpRequest) -> PageDiscussion | None:
        """Returns the discussion of this page; None in a preview."""
        return None if getattr(request, "is_preview", False) else page_discussion(self, request)
