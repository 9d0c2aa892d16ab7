"""Electorate of polls among members: accounts, and number of sitting members.

For seats, see `attendance/queries/voices.py`.
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from committee.models import Member


def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of members with a mandate at `moment`."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


def accounts_with_a_mandate(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of members who sit at `moment` or later."""
    return User.objects.filter(member__in=Member.objects.sitting_or_to_come(timezone.localdate(moment)))


def number_of_members(moment: datetime) -> int:
    """Returns the number of people with a mandate at `moment`, with or without an account."""
    return Member.objects.sitting(timezone.localdate(moment)).count()
