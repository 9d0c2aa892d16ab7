"""Permissions on mails in the admin: view and manage batches, lift suppressions."""

from typing import Any


def can_view_batches(user: Any) -> bool:
    """Returns whether the user may view the results of a batch."""
    return user.has_perm("mailing.view_batch")


def can_manage_batches(user: Any) -> bool:
    """Returns whether the user may pause, resume and cancel batches."""
    return user.has_perm("mailing.change_batch")


def can_lift_suppressions(user: Any) -> bool:
    """Returns whether the user may lift the suppression of an address."""
    return user.has_perm("mailing.delete_suppression")
