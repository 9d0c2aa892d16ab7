"""Permissions of the digest in the admin (docs/guide)."""

from typing import Any

from django.db.models import QuerySet

from committee.permissions import can_edit_members
from digests.models import Newsletter


def can_view_editions(user: Any) -> bool:
    return user.has_perm("digests.view_edition")


def can_preview(user: Any) -> bool:
    """Returns whether `user` may see the next digest: users who write editorials or newsletters."""
    return user.has_perm("digests.change_editorialword") or can_write_to_readers(user)


def can_preview_for_reader(user: Any) -> bool:
    """Returns whether `user` may see the next digest of one reader. It reveals what they follow, so few users may."""
    return can_preview(user) and user.has_perm("digests.preview_for_reader")


def can_write_to_readers(user: Any) -> bool:
    return user.has_perm("digests.change_newsletter")


def can_write_to_members(user: Any) -> bool:
    """Returns whether `user` may write to members and send it: users who edit members, and so read their names."""
    return can_edit_members(user)


def can_open_newsletters(user: Any) -> bool:
    return can_write_to_readers(user) or can_write_to_members(user)


def can_write_newsletter(user: Any, newsletter: Newsletter) -> bool:
    """Returns whether `user` may read and change `newsletter`, by its audience; as `writable_newsletters`."""
    return can_write_to_members(user) if newsletter.is_for_members else can_write_to_readers(user)


def writable_newsletters(user: Any) -> QuerySet[Newsletter]:
    """Returns the newsletters that `user` may read and change."""
    members = Newsletter.Audience.MEMBERS
    newsletters = Newsletter.objects.all()
    if not can_write_to_members(user):
        newsletters = newsletters.exclude(audience=members)
    return newsletters if can_write_to_readers(user) else newsletters.filter(audience=members)


def can_send_to_readers(user: Any) -> bool:
    return can_write_to_readers(user) and user.has_perm("digests.send_newsletter")


def can_send_newsletter(user: Any, newsletter: Newsletter) -> bool:
    return can_write_to_members(user) if newsletter.is_for_members else can_send_to_readers(user)


def can_send_newsletters(user: Any) -> bool:
    """Returns whether `user` may send messages to some audience."""
    return can_send_to_readers(user) or can_write_to_members(user)


def leaving_newsletters(user: Any) -> QuerySet[Newsletter]:
    """Returns the scheduled newsletters that `user` may still cancel."""
    scheduled = writable_newsletters(user).filter(status=Newsletter.Status.SCHEDULED, batch=None)
    return scheduled if can_send_to_readers(user) else scheduled.filter(audience=Newsletter.Audience.MEMBERS)


def newsletters_to_send(user: Any) -> QuerySet[Newsletter]:
    """Returns the drafts whose sending was requested and that `user` may send.

    Messages to members are left out: their authors may send them.
    """
    writable = writable_newsletters(user) if can_send_to_readers(user) else Newsletter.objects.none()
    requested = writable.filter(status=Newsletter.Status.DRAFT, sending_asked_at__isnull=False)
    return requested.exclude(audience=Newsletter.Audience.MEMBERS)
