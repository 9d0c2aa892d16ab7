"""Accounts made by someone who vouches for the address: the demonstration, an administrator at the console."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User


@transaction.atomic
def create_verified_user(
    *, email: str, public_name: str, password: str | None = None, groups: Iterable[str] = ()
) -> User:
    """Returns a new account that can sign in at once, in the groups of the names `groups`.

    Without `password` it signs in by code. Raises `Group.DoesNotExist` for an unknown group and `IntegrityError` where
    the address has an account; then nothing is created.
    """
    user = User.objects.create_user(email, password, public_name=public_name)
    verify_address(user=user)
    user.groups.set([Group.objects.get(name=name) for name in groups])
    return user


@transaction.atomic
def verify_address(*, user: User) -> None:
    """Records that the address of `user` is theirs, and the only one that opens the account.

    Without this, allauth asks for a code by mail at the first sign-in. An address that the account had before is
    forgotten: a code sent there would still open it.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def remember_address(*, user: User) -> None:
    """Makes the address of `user` one that a code can prove.

    An account made in the admin has none yet; without it allauth would ask for a second code after the first.
    """
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})


@transaction.atomic
def forget_former_addresses(*, user: User) -> None:
    """Closes the way in through the addresses that `user` had before; the new one is proved by a code at sign-in."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
