"""Accounts and their e-mail addresses: creation without a code, change of address, erasure."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.hooks import erase_personal_data_of
from accounts.models import User
from accounts.queries import verified_emails
from mailing.models import Message
from mailing.services import cancel


@transaction.atomic
def create_verified_user(
    *, email: str, public_name: str, password: str | None = None, groups: Iterable[str] = ()
) -> User:
    """Returns a new account that can sign in at once, in the groups of the names `groups`.

    Without `password` it signs in by code. Raises `Group.DoesNotExist` for an unknown group and `IntegrityError` where
    the e-mail address has an account; then nothing is created.
    """
    user = User.objects.create_user(email, password, public_name=public_name)
    user.verify_email()
    user.groups.set([Group.objects.get(name=name) for name in groups])
    return user


@transaction.atomic
def record_email(*, user: User) -> None:
    """Makes the e-mail address of `user` one that a code can prove.

    An account made in the admin has none yet; without it allauth would ask for a second code after the first.
    """
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})


@transaction.atomic
def forget_former_emails(*, user: User) -> None:
    """Forgets the e-mail addresses that `user` had before; the new one is proved by a code at sign-in."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()


def erase_personal_data(*, user: User) -> None:
    """Removes what the apps hold of `user`, whose account is about to be deleted in the transaction that has begun."""
    erase_personal_data_of(user)
    # Digests are in batches: the app that plans them knows whether the address asked for them without the account.
    emails = {user.email, *verified_emails(user)}
    cancel(messages=Message.objects.filter(to_email__in=emails, batch=None), reason="account deleted")
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        _delete_picture(profile)
    # Wagtail's log writes the e-mail address down at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="accounts", content_type__model="user")
    entries.filter(object_id=str(user.pk)).update(label=gettext("Deleted account"))


def _delete_picture(profile: UserProfile) -> None:
    """Deletes the picture of a person, once it is certain that the row is gone: Wagtail leaves the file."""
    storage, name = profile.avatar.storage, str(profile.avatar.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)
