"""Permissions on places of help (edit, confirm, import), on the reports of readers, and on workshops."""

from accounts.models import AnyUser


def can_edit_places(user: AnyUser) -> bool:
    """Returns whether the user may edit, confirm and import places."""
    return user.has_perm("inclusion.change_place")


def can_answer_reports(user: AnyUser) -> bool:
    """Returns whether the user may read and answer the reports about places."""
    return user.has_perm("inclusion.change_placereport")


def can_add_workshops(user: AnyUser) -> bool:
    """Returns whether the user may write workshops, and copy one to other days."""
    return user.has_perm("inclusion.add_workshop")
