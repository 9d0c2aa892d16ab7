"""Reads about one member."""

from django.db.models import Q

from committee.models import Member, RegisterEntry


def decisions_naming(member: Member) -> list[int]:
    """Returns the numbers of the decisions whose words have this name: the register loses them entry by entry."""
    named = Q(text__icontains=member.name) | Q(responsible__icontains=member.name)
    return list(RegisterEntry.objects.decisions().filter(named).order_by("number").values_list("number", flat=True))
