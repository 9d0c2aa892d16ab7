"""Accounts by what they have in common: an audience, the members of the committee; the e-mail addresses of a person."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.hooks import member_finders
from accounts.models import Audience, User


def members_at(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of the members at `moment`; none where no app knows members."""
    accounts = User.objects.none()
    for find in member_finders():
        accounts |= find(moment)
    return accounts


def accounts_of(audience: str, moment: datetime) -> QuerySet[User]:
    """Returns the active accounts of which an audience (a value of `Audience`) is made at `moment`."""
    match audience:
        case Audience.MEMBERS:
            accounts = members_at(moment)
        case Audience.RESIDENTS:
            accounts = User.objects.exclude(commune="")
        case _:
            accounts = User.objects.all()
    return active_at(accounts, moment)


def active_at(accounts: QuerySet[User], moment: datetime) -> QuerySet[User]:
    """Returns those of `accounts` that are active now and existed at `moment`."""
    return accounts.filter(is_active=True, date_joined__lte=moment)


def verified_emails(user: User) -> list[str]:
    """Returns the e-mail addresses that `user` verified, in lowercase, the oldest first."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.lower() for email in found.values_list("email", flat=True)]
