"""E-mail address of an account: verification, change, and transfer of data to the new address."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.errors import EmailTaken
from accounts.hooks import follow_email_of
from accounts.models import User
from accounts.notifications import EmailChanged
from accounts.queries import is_taken
from mailing.models import Message
from mailing.services import cancel


@transaction.atomic
def record_email(*, user: User) -> None:
    """Creates the `EmailAddress` of `user` if missing, so that a code can verify it.

    An account created in the admin has none; allauth would require a second code after the first.
    """
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})


def change_email(*, user: User, email: str, now: datetime) -> None:
    """Sets the address of `user` to `email`, verified by a code, and notifies the former one. Raises `EmailTaken`."""
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=user.pk)
            if is_taken(email, by_others_than=user):
                raise EmailTaken
            former, user.email = user.email, email
            user.save(update_fields=["email"])
            user.verify_email()
            follow_email(user=user, former=former)
            EmailChanged(user, former).send(now=now)
    except IntegrityError as error:
        # Another account took the address since the check.
        raise EmailTaken from error


@transaction.atomic
def follow_email(*, user: User, former: str) -> None:
    """Transfers data from the `former` address of `user` to the new one; the former one can no longer sign in.

    Pending codes are cancelled. The records of mails get the new address, so that the export and the erasure of the
    account find them.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    if former == user.email:
        return
    mails = Message.objects.filter(to_email=former)
    cancel(messages=mails.filter(kind__startswith="account."), reason="address changed")
    mails.update(to_email=user.email)
    follow_email_of(user, former)
