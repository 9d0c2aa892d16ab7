"""Following a proposal or a page, by a choice or because of what a person did there, and stopping."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from participation import permissions
from participation.models import Discussion, Follow


@transaction.atomic
def set_follow(*, user: User, discussion: Discussion, following: bool) -> Follow:
    """Makes `user` follow `discussion` or not. The wanted state is said, so twice is the same as once.

    Raises `PermissionDenied` for what not everybody may read.
    """
    if not permissions.can_follow(user, discussion):
        raise PermissionDenied
    return Follow.objects.update_or_create(
        user=user,
        discussion=discussion,
        defaults={"muted": not following},
        create_defaults={"muted": not following, "source": Follow.Source.CHOSEN},
    )[0]


def follow_automatically(*, user: User, discussion: Discussion, source: Follow.Source) -> None:
    """Makes `user` follow because of what she just did. Who has stopped stays so.

    What was followed for a support only, which may be taken back, is followed from now on for the stronger reason.
    """
    # Not `get_or_create`, which asks four times where this asks once.
    Follow.objects.bulk_create([Follow(user=user, discussion=discussion, source=source)], ignore_conflicts=True)
    if source != Follow.Source.SUPPORTED:
        Follow.objects.filter(user=user, discussion=discussion, source=Follow.Source.SUPPORTED).update(source=source)


def forget_support(*, user: User, discussion: Discussion) -> None:
    """A support that is taken back was the only reason to follow: that ends too. A stop stays."""
    Follow.objects.standing().filter(user=user, discussion=discussion, source=Follow.Source.SUPPORTED).delete()
