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
from common.shown import DecidesAsShown, fingerprint, require_shown


class PublishPages(DecidesAsShown, PublishBulkAction):
    """Wagtail's bulk action, for the versions that its page lists.

    It shows the reasons for each page that is not published, with a link to its form.
    """

    template_name = "cms/admin/publish_pages.html"

    def __init__(self, request: HttpRequest, model: type[Page]) -> None:
        super().__init__(request, model)
        self.refused: dict[int, PublicationRefused] = {}

    def check_perm(self, page: Page) -> bool:
        """Accepts pages that need a second reading, to refuse them later with that reason, not a missing permission."""
        page_permissions = page.permissions_for_user(self.request.user)
        # The root of the tree, part of the selection "all", is not one of our pages.
        return isinstance(page_permissions, PagePermissions) and page_permissions.can_publish_once_read()

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        form.fields["include_descendants"].label = gettext("Publish these drafts too")
        return form

    @staticmethod
    def fingerprint_of(item: Page) -> str:
        """Returns the fingerprint of the latest versions of `item` and of the drafts below it."""
        # Not of the primary key of a revision: autosave overwrites its content.
        return fingerprint(*((page.pk, getattr(page.latest_revision, "content", None)) for page in _versions(item)))

    def object_context(self, obj: Page) -> dict[str, Any]:
        page, *drafts = _versions(obj)
        return {**super().object_context(obj), "latest": page.latest_revision, "drafts": drafts}

    def get_execution_context(self) -> dict[str, Any]:
        return {**PublishBulkAction.get_execution_context(self), "shown": self.shown, "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: Any = None,
        *,
        shown: dict[str, str],
        refused: dict[int, PublicationRefused],
    ) -> tuple[int, int]:
        """Returns the numbers of published pages and subpages; adds the refused ones to `refused`.

        Raises `ChangedMeanwhile` before any publication if a page was not displayed as it is.
        """
        for page in objects:
            list(Page.objects.filter(pk__in=[one.pk for one in _versions(page)]).order_by("pk").select_for_update())
            require_shown(cls.shown_of(page, shown), page, cls.fingerprint_of(page))
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


def _versions(page: Page) -> list[Page]:
    """Returns `page` and the drafts below it, in the order of the tree, with their latest revisions. One query."""
    pages = Page.objects.filter(pk=page.pk) | page.get_descendants().not_live()
    return list(pages.order_by("path").select_related("latest_revision__user"))


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
