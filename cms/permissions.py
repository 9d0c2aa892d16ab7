"""Permissions of this app (docs/guide). For pages and files, Wagtail's own policies decide."""

from functools import cache
from typing import Any

from django.core.cache import caches
from wagtail.models import Page, PagePermissionTester
from wagtail.permissions import page_permission_policy


def can_enter_admin(person: Any) -> bool:
    """Says whether `person` may enter the admin."""
    return person.has_perm("wagtailadmin.access_admin")


def has_user_bar(person: Any) -> bool:
    """Says whether pages show `person` the user bar: as `can_enter_admin`, remembered by the process for a minute.

    Every page asks. The bar opens nothing: what it leads to asks `can_enter_admin`.
    """
    if not person.is_authenticated:
        return False
    cache, key = caches["local"], f"has-user-bar:{person.pk}"
    if (known := cache.get(key)) is None:
        known = can_enter_admin(person)
        cache.set(key, known)
    return known


def can_redirect(person: Any) -> bool:
    """Says whether `person` may lead an address that is not found to another one, and sees those addresses."""
    return person.has_perm("wagtailredirects.add_redirect")


def can_configure_site(person: Any) -> bool:
    """Changes the configuration of the site: phone, hours, state of accessibility."""
    return person.has_perm("cms.change_siteconfiguration")


def can_choose_second_readings(person: Any) -> bool:
    """Says whether `person` chooses which sections ask for a second reading: who changes the settings of the site."""
    return person.is_active and person.has_perm("cms.change_siteconfiguration")


def can_work_on_pages(person: Any, model: Any) -> bool:
    """Says whether `person` has a right on pages of `model`: on one of them, or on a page that may hold them.

    The menu of every page of the admin asks. It costs no query of its own: Wagtail remembers the rights of an account
    as long as a request lasts.
    """
    if person.is_superuser:
        return bool(person.is_active)
    given = page_permission_policy.get_cached_permissions_for_user(person)
    return any(right.page.specific_class in _kinds_above(model) for right in given)


@cache
def _kinds_above(model: Any) -> frozenset[type[Page]]:
    """Returns `model` and the types of pages that may stand above it, the root of the tree included."""
    found: set[type[Page]] = {model}
    while more := {above for kind in found - {Page} for above in kind.allowed_parent_page_models()} - found:
        found |= more
    return frozenset(found)


class PagePermissions(PagePermissionTester):
    """What a person may do with a page. In a section that asks for a second reading, nobody publishes directly.

    All views of Wagtail (form, copy, alias, bulk action, API) ask here.
    """

    def can_publish_once_read(self) -> bool:
        """Says whether the person may publish here, leaving aside that another one reads the page first."""
        return super().can_publish()

    def can_publish(self) -> bool:
        return self.can_publish_once_read() and not self.page.has_workflow

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and not self.page.has_workflow

    def can_set_view_restrictions(self) -> bool:
        return self.can_publish_once_read()

    def can_unschedule(self) -> bool:
        return self.can_publish_once_read()

    def can_move_to(self, destination: Page) -> bool:
        """What is online comes into such a section as a draft only, unless it is there already."""
        if not super().can_move_to(destination):
            return False
        workflow = destination.get_workflow()
        if workflow is None or workflow == self.page.get_workflow():
            return True
        return not self.page.get_descendants(inclusive=True).live().exists()

    def can_approve(self) -> bool:
        """Says whether the person may approve the version that waits: a second reader who wrote nothing in it."""
        task = self.page.current_workflow_task
        if task is None or not self.can_publish_once_read() or self.user.pk in self.page.draft_authors():
            return False
        return self.user.is_superuser or task.groups.filter(user=self.user).exists()
