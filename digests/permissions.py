"""Permissions of the digest in the admin (docs/guide)."""

from typing import Any

from django.db.models import QuerySet

from committee.permissions import can_edit_members
from digests.models import Newsletter


def can_view_editions(person: Any) -> bool:
    return person.has_perm("digests.view_edition")


def can_preview(person: Any) -> bool:
    """Returns whether `person` may see the next digest: users who write editorials or newsletters."""
    return person.has_perm("digests.change_editorialword") or can_write_to_readers(person)


def can_preview_for_reader(person: Any) -> bool:
    """Returns whether `person` may see the next digest of one reader. It reveals what they follow, so few users may."""
    return can_preview(person) and person.has_perm("digests.preview_for_reader")


def can_write_to_readers(person: Any) -> bool:
    return person.has_perm("digests.change_newsletter")


def can_write_to_members(person: Any) -> bool:
    """Returns whether `person` may write to members and send it: users who edit members, and so read their names."""
    return can_edit_members(person)


def can_open_newsletters(person: Any) -> bool:
    return can_write_to_readers(person) or can_write_to_members(person)


def can_write_newsletter(person: Any, newsletter: Newsletter) -> bool:
    """Returns whether `person` may read and change `newsletter`, by its audience; as `writable_newsletters`."""
    return can_write_to_members(person) if newsletter.is_for_members else can_write_to_readers(person)


def writable_newsletters(person: Any) -> QuerySet[Newsletter]:
    """Returns the newsletters that `person` may read and change."""
    members = Newsletter.Audience.MEMBERS
    found = Newsletter.objects.all()
    if not can_write_to_members(person):
        found = found.exclude(audience=members)
    return found if can_write_to_readers(person) else found.filter(audience=members)


def can_send_to_readers(person: Any) -> bool:
    return can_write_to_readers(person) and person.has_perm("digests.send_newsletter")


def can_send_newsletter(person: Any, newsletter: Newsletter) -> bool:
    return can_write_to_members(person) if newsletter.is_for_members else can_send_to_readers(person)


def newsletters_to_send(person: Any) -> QuerySet[Newsletter]:
    """Returns the drafts whose sending was requested and that `person` may send.

    Messages to members are left out: their authors may send them.
    """
    found = writable_newsletters(person) if can_send_to_readers(person) else Newsletter.objects.none()
    asked = found.filter(status=Newsletter.Status.DRAFT, sending_asked_at__isnull=False)
    return asked.exclude(audience=Newsletter.Audience.MEMBERS)
