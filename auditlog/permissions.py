"""Permissions on the audit log."""

from typing import Any


def can_read_audit_log(user: Any) -> bool:
    """Returns whether the user may read and export the audit log: administrators, since no group form offers it."""
    return user.has_perm("auditlog.view_entry")
