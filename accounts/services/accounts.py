"""Creation of accounts without a verification code, and the invitation of a colleague."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User, validate_public_name
from accounts.notifications import ColleagueInvited


@transaction.atomic
def create_verified_user(
    *,
    email: str,
    public_name: str,
    password: str | None = None,
    groups: Iterable[str] = (),
    name_allowed: bool = False,
) -> User:
    """Returns a new account with a verified address, in the groups named `groups`.

    Without `password` it signs in by code. Raises `Group.DoesNotExist` for an unknown group, `IntegrityError` if the
    address has an account, `ValidationError` for a name that speaks for others unless `name_allowed`. Creates nothing
    then.
    """
    if not name_allowed:
        validate_public_name(public_name)
    user = User.objects.create_user(email, password, public_name=public_name, public_name_allowed=name_allowed)
    user.verify_email()
    user.groups.set([Group.objects.get(name=name) for name in groups])
    return user


def invite_colleague(*, user: User, by: User, now: datetime) -> None:
    """Sends `user`, whose account `by` has just created, how to sign in. The first code proves the address."""
    ColleagueInvited(user, by).send(now=now)
