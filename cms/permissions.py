"""Permissions of this app (docs/guide). For pages and files, Wagtail's own policies decide."""

from functools import cache
from typing import Any

from django.core.cache import caches
from wagtail.models import Page, PagePermissionTester
from wagtail.permissions import page_permission_policy


def can_enter_admin(user: Any) -> bool:
    """Returns whether `user` may enter the admin."""
    return user.has_perm("wagtailadmin.access_admin")


def has_user_bar(user: Any) -> bool:
    """Returns whether pages display the user bar: as `can_enter_admin`, cached in the process for a minute.

    Needed on every page. The bar grants nothing: its links check `can_enter_admin`.
    """
    if not user.is_authenticated:
        return False
    cache, key = caches["local"], f"has-user-bar:{user.pk}"
    if (cached := cache.get(key)) is None:
        cached = can_enter_admin(user)
        cache.set(key, cached)
    return cached


def can_redirect(user: Any) -> bool:
    """Returns whether `user` may create redirects, and see the missing addresses."""
    return user.has_perm("wagtailredirects.add_redirect")


def can_configure_site(user: Any) -> bool:
    """Returns whether `user` may change the site configuration: phone, hours, accessibility status."""
    return user.has_perm("cms.change_siteconfiguration")


def can_choose_second_readings(user: Any) -> bool:
    """Returns whether `user` may choose the sections with second readings: as `can_configure_site`."""
    return user.is_active and user.has_perm("cms.change_siteconfiguration")


def can_work_on_pages(user: Any, model: Any) -> bool:
    """Returns whether `user` has a permission on a page of `model`, or on a page that may contain one.

    Called by the menu on every page of the admin, without a query of its own: Wagtail caches the permissions of a user
    for the request.
    """
    if user.is_superuser:
        return bool(user.is_active)
    permissions = page_permission_policy.get_cached_permissions_for_user(user)
    return any(right.page.specific_class in _kinds_above(model) for right in permissions)


@cache
def _kinds_above(model: Any) -> frozenset[type[Page]]:
    """Returns `model` and all page types that may be its ancestors, the root included."""
    kinds: set[type[Page]] = {model}
    while more := {parent for kind in kinds - {Page} for parent in kind.allowed_parent_page_models()} - kinds:
        kinds |= more
    return frozenset(kinds)


class PagePermissions(PagePermissionTester):
    """Permissions of a user on a page. In sections with second readings, direct publication is not allowed.

    Used by all views of Wagtail (form, copy, alias, bulk action, API).
    """

    def can_view_revisions(self) -> bool:
        """Returns whether the user may open the history of the page, as its view decides; Wagtail links all pages."""
        return super().can_view_revisions() and (self.can_edit() or self.can_publish())

    def can_publish_once_read(self) -> bool:
        """Returns whether the user may publish here, apart from second readings."""
        return super().can_publish()

    def can_publish(self) -> bool:
        return self.can_publish_once_read() and not self.page.has_workflow

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and not self.page.has_workflow

    def can_copy(self) -> bool:
        return super().can_copy() and self.page.can_be_copied

    def can_set_view_restrictions(self) -> bool:
        return self.can_publish_once_read()

    def can_unschedule(self) -> bool:
        return self.can_publish_once_read()

    def can_move_to(self, destination: Page) -> bool:
        """Returns whether the page may move: a live page cannot enter a section with second readings from outside."""
        if not super().can_move_to(destination):
            return False
        workflow = destination.get_workflow()
        if workflow is None or workflow == self.page.get_workflow():
            return True
        return not self.page.get_descendants(inclusive=True).live().exists()

    def can_approve(self) -> bool:
        """Returns whether the user may approve the pending revision: a second reader who is not among its authors."""
        task = self.page.current_workflow_task
        if task is None or not self.can_publish_once_read() or self.user.pk in self.page.draft_authors():
            return False
        return self.user.is_superuser or task.groups.filter(user=self.user).exists()
