"""Permissions on places of help (edit, confirm, import) and on the reports of readers."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"


def can_edit_places(user: Person) -> bool:
    """Returns whether the user may edit, confirm and import places."""
    return user.has_perm("inclusion.change_place")


def can_answer_reports(user: Person) -> bool:
    """Returns whether the user may read and answer the reports about places."""
    return user.has_perm("inclusion.change_placereport")


def can_add_workshops(user: Person) -> bool:
    """Returns whether the user may write workshops, and copy one to other days."""
    return user.has_perm("inclusion.add_workshop")
