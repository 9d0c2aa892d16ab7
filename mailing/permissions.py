"""Permissions on mails in the admin: view and manage batches, lift suppressions."""

from typing import Any


def can_view_batches(person: Any) -> bool:
    """Returns whether the user may view the results of a batch."""
    return person.has_perm("mailing.view_batch")


def can_manage_batches(person: Any) -> bool:
    """Returns whether the user may pause, resume and cancel batches."""
    return person.has_perm("mailing.change_batch")


def can_lift_suppressions(person: Any) -> bool:
    """Returns whether the user may lift the suppression of an address."""
    return person.has_perm("mailing.delete_suppression")
