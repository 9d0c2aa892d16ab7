"""Bulk publication of pages, one by one, so that a refused page does not block the others."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from cms.errors import PublicationRefused
from cms.permissions import PagePermissions


class PublishPages(PublishBulkAction):
    """Wagtail's bulk action, with the reasons for each page that is not published, and a link to its form."""

    def __init__(self, request: HttpRequest, model: type[Page]) -> None:
        super().__init__(request, model)
        self.refused: dict[int, PublicationRefused] = {}

    def check_perm(self, page: Page) -> bool:
        """Accepts pages that need a second reading, to refuse them later with that reason, not a missing permission."""
        page_permissions = page.permissions_for_user(self.request.user)
        # The root of the tree, part of the selection "all", is not one of our pages.
        return isinstance(page_permissions, PagePermissions) and page_permissions.can_publish_once_read()

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: Any = None,
        refused: dict[int, PublicationRefused] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Returns the numbers of published pages and subpages; adds the refused ones to `refused`."""
        refused = {} if refused is None else refused
        published = {"page": 0, "child": 0}
        for kind, page in _chosen(objects, include_descendants, user):
            # A page without a revision did not come from a form: it is validated below like the others.
            revision = page.get_latest_revision() or page.specific.save_revision(user=user, clean=False)
            try:
                revision.publish(user=user)
            except PublicationRefused as refusal:
                refused[page.pk] = refusal
            else:
                published[kind] += 1
        return published["page"], published["child"]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        for pk, refusal in self.refused.items():
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[pk]), gettext("Correct this page"))
            messages.error(self.request, str(refusal), buttons=[edit])
        return response

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Returns None if no page was published."""
        if num_parent_objects or num_child_objects:
            return super().get_success_message(num_parent_objects, num_child_objects)
        return None


def _chosen(pages: Iterable[Page], include_descendants: bool, user: Any) -> Iterator[tuple[str, Page]]:
    """Yields the pages to publish, as "page" (selected) or "child" (draft below one that `user` may publish).

    A page comes before its descendants.
    """
    for page in pages:
        yield "page", page
        if include_descendants:
            for draft in page.get_descendants().not_live().defer_streamfields().specific():
                if user is None or draft.permissions_for_user(user).can_publish_once_read():
                    yield "child", draft
