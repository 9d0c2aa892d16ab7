"""Permissions of this app: one function per action, for its views and those of higher apps."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_oversee_data(user: Person) -> bool:
    """Returns whether the user may see retention periods and pending erasures (data-protection officer)."""
    return user.has_perm("common.view_retentionrun")


def can_edit_accounts(user: Person) -> bool:
    """Returns whether the user may edit other accounts and see their e-mail addresses."""
    return user.has_perm("accounts.change_user")


def can_enter_admin(user: Person) -> bool:
    """Returns whether the user may open the admin. Wagtail checks the same permission on each page."""
    return user.has_perm("wagtailadmin.access_admin")
