"""The subscription of an account."""

from allauth.account.models import EmailAddress

from accounts.models import User
from digests.models import Subscriber


def has_verified_address(user: User) -> bool:
    """Says whether the person proved that the address of the account is theirs."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def reader_of(user: User) -> Subscriber | None:
    """The row of an account, or that of its address if it was there before the account."""
    rows = Subscriber.objects.filter(user=user) or Subscriber.objects.filter(email=user.email, user__isnull=True)
    return rows.first()
