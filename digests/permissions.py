"""Permissions of the digest in the admin (docs/guide)."""

from typing import Any


def can_view_editions(person: Any) -> bool:
    return person.has_perm("digests.view_edition")


def can_preview(person: Any) -> bool:
    """Sees the next digest: whoever writes editorials or newsletters."""
    return person.has_perm("digests.change_editorialword") or can_write_newsletters(person)


def can_preview_for_reader(person: Any) -> bool:
    """Sees the next digest of one reader. It says what she follows, so few may."""
    return can_preview(person) and person.has_perm("digests.preview_for_reader")


def can_write_newsletters(person: Any) -> bool:
    return person.has_perm("digests.change_newsletter")


def can_send_newsletters(person: Any) -> bool:
    return can_write_newsletters(person) and person.has_perm("digests.send_newsletter")
