"""Permissions of this app: one function per action, for its views and those of higher apps."""

from accounts.models import AnyUser, User


def can_oversee_data(user: AnyUser) -> bool:
    """Returns whether the user may see retention periods and pending erasures (data-protection officer)."""
    return user.has_perm("common.view_retentionrun")


def can_edit_accounts(user: AnyUser) -> bool:
    """Returns whether the user may edit other accounts and see their e-mail addresses."""
    return user.has_perm("accounts.change_user")


def can_close_account(user: AnyUser, account: User) -> bool:
    """Returns whether the user may close, reopen or erase `account`: not their own, and as Wagtail's user views."""
    return user.has_perm("accounts.delete_user") and user != account and (user.is_superuser or not account.is_superuser)


def can_remove_factors(user: AnyUser, account: User) -> bool:
    """Returns whether the user may ask, or agree, to remove the second factors of `account`, not their own."""
    return can_edit_accounts(user) and user != account and (user.is_superuser or not account.is_superuser)


def can_enter_admin(user: AnyUser) -> bool:
    """Returns whether the user may open the admin. Wagtail checks the same permission on each page."""
    return user.has_perm("wagtailadmin.access_admin")
