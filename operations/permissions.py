"""Permissions of this app."""

from typing import Any


def can_see_state(person: Any) -> bool:
    """Sees whether the site is well, and what to do if not: who answers for its settings."""
    return person.has_perm("cms.change_siteconfiguration")
