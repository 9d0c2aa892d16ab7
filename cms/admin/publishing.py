"""Bulk publication of pages: each page by itself, so that one that is refused does not hold the others back."""

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
    """Wagtail's own action, which then says of each page that is not published why, with a link to its form."""

    def __init__(self, request: HttpRequest, model: type[Page]) -> None:
        super().__init__(request, model)
        self.refused: dict[int, PublicationRefused] = {}

    def check_perm(self, page: Page) -> bool:
        """A page that another person reads first is refused below, with its reason, not for want of a right."""
        may = page.permissions_for_user(self.request.user)
        # The root of the tree, which « all » names too, is no page of ours.
        return isinstance(may, PagePermissions) and may.can_publish_once_read()

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
        """Returns how many pages, and how many pages under them, are published; adds the others to `refused`."""
        refused = {} if refused is None else refused
        published = {"page": 0, "child": 0}
        for kind, page in _chosen(objects, include_descendants, user):
            # What has no revision yet was not made by a form: it is checked below as all the others are.
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
        """Says nothing of success when there is none."""
        if num_parent_objects or num_child_objects:
            return super().get_success_message(num_parent_objects, num_child_objects)
        return None


def _chosen(pages: Iterable[Page], include_descendants: bool, user: Any) -> Iterator[tuple[str, Page]]:
    """Yields the pages to publish, each as a "page" that was chosen or as its "child", a draft that `user` may publish.

    A page comes before what is under it.
    """
    for page in pages:
        yield "page", page
        if include_descendants:
            for draft in page.get_descendants().not_live().defer_streamfields().specific():
                if user is None or draft.permissions_for_user(user).can_publish_once_read():
                    yield "child", draft
