"""Subscriptions of accounts."""

from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.models import User
from digests.models import Subscriber


def has_verified_email(user: User) -> bool:
    """Returns whether the e-mail address of the account is verified."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def reader_of(user: User) -> Subscriber | None:
    """Returns the subscription of `user`, or else one without account for the same e-mail address."""
    rows = Subscriber.objects.filter(user=user) or Subscriber.objects.filter(email=user.email, user__isnull=True)
    return rows.first()


def opted_out(keys: Collection[int]) -> set[int]:
    """Returns the subset of `keys` with immediate mails off."""
    return set(Subscriber.objects.filter(user__in=keys, immediate=False).values_list("user_id", flat=True))


def accounts_of_readers(moment: datetime) -> QuerySet[User]:
    """Returns the accounts that get the digest, each of which has the link to stop it."""
    return User.objects.filter(subscriber__in=Subscriber.objects.active())


def followers_without_digest(topics: Collection[int]) -> QuerySet[User]:
    """Returns the accounts that follow one of `topics` and get no digest, which would include the news."""
    following = Subscriber.objects.filter(topics__in=topics).exclude(pk__in=Subscriber.objects.active())
    return User.objects.filter(subscriber__in=following)
