"""Who may answer the polls of the committee: the accounts of the members, the seats."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from committee.models import Member
from committee.queries.seats import seats_on
from polls.hooks import Voice


def accounts_of_members(moment: datetime) -> QuerySet[User]:
    """Those who hold a mandate at `moment` and have an account."""
    return User.objects.filter(member__in=Member.objects.sitting(timezone.localdate(moment)))


def voices_of_seats(moment: datetime) -> list[Voice]:
    """Each seat that somebody fills at `moment` has one answer, whether or not these people have an account."""
    return [
        Voice(f"siege-{filled.seat.pk}", frozenset(person.user_id for person in filled.people if person.user_id))
        for filled in seats_on(timezone.localdate(moment))
        if filled.people
    ]
