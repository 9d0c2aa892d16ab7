"""Electorate of polls among members or seats: accounts of the members, seats with their accounts, how many sit."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from committee.models import Mandate, Member
from committee.queries.seats import seats_on
from polls.hooks import Voice


def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of members who hold a mandate at `moment`."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


def accounts_with_a_mandate(moment: datetime) -> QuerySet[User]:
    """Returns the accounts of who sits at `moment`, or will."""
    today = timezone.localdate(moment)
    lasting = Mandate.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return User.objects.filter(member__in=lasting.values("member"))


def number_of_members(moment: datetime) -> int:
    """Returns how many people hold a mandate at `moment`, with or without an account."""
    return Member.objects.sitting(timezone.localdate(moment)).count()


def voices_of_seats(moment: datetime) -> list[Voice]:
    """Returns a voice for each seat that somebody fills at `moment`, whether or not these people have an account."""
    return [
        Voice(f"siege-{filled.seat.pk}", frozenset(person.user_id for person in filled.people if person.user_id))
        for filled in seats_on(timezone.localdate(moment))
        if filled.people
    ]
