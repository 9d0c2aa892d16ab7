"""Queries about one member: whether they are new, and decisions of the register that name them."""

from datetime import date, timedelta

from django.db.models import Min, Q

from committee.models import Member, RegisterEntry

# Period during which a member is new, and gets hints about first steps and the directory.
NEW_FOR = timedelta(days=90)


def is_new(member: Member, today: date) -> bool:
    """Returns whether the first mandate of `member` began ninety days ago or later. One query."""
    began: date | None = member.mandates.aggregate(first=Min("starts_on"))["first"]
    return began is not None and began >= today - NEW_FOR


def decisions_naming(member: Member) -> list[tuple[int, str]]:
    """Returns number and text of the decisions with the name of `member` in their words, redacted one by one."""
    name = member.name
    named = Q(text__icontains=name) | Q(responsible__icontains=name) | Q(dissents__icontains=name)
    return list(RegisterEntry.objects.decisions().filter(named).order_by("number").values_list("number", "text"))
