"""Pages under which readers may discuss, when an editor says so.

Comments are the business of an app above this one: it registers, in its `wagtail_hooks.py`, what finds them::

    @hooks.register(PAGE_DISCUSSION_HOOK)
    def discussion_of(page: DiscussedPage, request: HttpRequest) -> PageDiscussion | None: ...

The template of the page includes `cms/includes/page_discussion.html`, and its scripts.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel

PAGE_DISCUSSION_HOOK = "page_discussion"


@dataclass(frozen=True, kw_only=True)
class PageDiscussion:
    """What readers say under a page: the template that shows it, and `talk`, what that template shows."""

    template: str
    talk: Any


class DiscussedPage(models.Model):
    """What a page with a discussion adds to its model. Put it before `BasePage`."""

    discussion_open = models.BooleanField(
        _("discussion open"),
        default=False,
        help_text=_("Readers may write comments under the page. Without the tick, those already there stay readable."),
    )

    discussion_panel = FieldPanel("discussion_open")

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `page_discussion`, None when there is nothing to read or to write, and in a preview."""
        context = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return {**context, "page_discussion": self.find_discussion(request)}

    def find_discussion(self, request: HttpRequest) -> PageDiscussion | None:
        """Returns what the app that keeps comments has about this page."""
        if getattr(request, "is_preview", False):
            return None
        found = (find(self, request) for find in hooks.get_hooks(PAGE_DISCUSSION_HOOK))
        return next((discussion for discussion in found if discussion), None)
