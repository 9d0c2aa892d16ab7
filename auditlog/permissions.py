"""Rights on the audit log."""

from typing import Any


def can_read_audit_log(person: Any) -> bool:
    """Reads who did what, and takes the log away as a file: administrators. No form of a group gives this right."""
    return person.has_perm("auditlog.view_entry")
