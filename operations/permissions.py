"""Permissions of this app."""

from typing import Any


def can_see_state(user: Any) -> bool:
    """Returns whether the user may see the state of the site: those who edit its settings."""
    return user.has_perm("cms.change_siteconfiguration")
