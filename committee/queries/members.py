"""Mentions of one member in the register of decisions."""

from django.db.models import Q

from committee.models import Member, RegisterEntry


def decisions_naming(member: Member) -> list[int]:
    """Returns the numbers of the decisions that contain the name of `member`: they are redacted one by one."""
    named = Q(text__icontains=member.name) | Q(responsible__icontains=member.name)
    return list(RegisterEntry.objects.decisions().filter(named).order_by("number").values_list("number", flat=True))
