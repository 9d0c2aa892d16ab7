"""The subscription of an account."""

from allauth.account.models import EmailAddress

from accounts.models import User
from digests.models import Subscriber


def has_verified_email(user: User) -> bool:
    """Whether the e-mail address of the account is verified."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def reader_of(user: User) -> Subscriber | None:
    """The subscription of `user`, or the one of the same e-mail address that was there before the account."""
    rows = Subscriber.objects.filter(user=user) or Subscriber.objects.filter(email=user.email, user__isnull=True)
    return rows.first()
