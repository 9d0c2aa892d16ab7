"""Permissions on mails in the admin: to view and manage batches, to lift suppressions."""

from typing import Any


def can_view_batches(person: Any) -> bool:
    """Reads what became of the mails of a batch."""
    return person.has_perm("mailing.view_batch")


def can_manage_batches(person: Any) -> bool:
    """Pauses, resumes and cancels a batch."""
    return person.has_perm("mailing.change_batch")


def can_lift_suppressions(person: Any) -> bool:
    """Gives a suppressed e-mail address another chance."""
    return person.has_perm("mailing.delete_suppression")
