"""Composition of the committee for public pages: named members, number of other members, vacant seats."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from committee.models.members import Mandate, Member, Seat, Sitting, sitting_members
from committee.models.naming_consent import Naming
from committee.queries.seats import seats_on
from common.templatetags.dates import short_day


@dataclass(frozen=True)
class ListedMember:
    """Named sitting member, with the named substitute of the same seat, who may also be listed separately."""

    sitting: Sitting
    substitute: Member | None = None
    substitute_is_listed: bool = False


@dataclass(frozen=True)
class Composition:
    """Committee on one day.

    `number` counts all sitting members, `declined` and `unanswered` those whom the site does not name: they declined,
    or have not answered. Without sitting members, `nobody` is the reason in a sentence.
    """

    number: int
    declined: int
    unanswered: int
    nobody: str = ""
    members: list[ListedMember] = field(default_factory=list)
    empty_seats: list[Seat] = field(default_factory=list)

    @property
    def officers(self) -> list[ListedMember]:
        """Members who hold an office."""
        return [listed for listed in self.members if listed.sitting.has_office]


def composition(day: date) -> Composition:
    """Returns the committee on `day`: members by rank, then by name, substitutes with their holder.

    A substitute whose holder is not named is listed alone. Three queries, four with photos or without members.
    """
    sitting_list = sitting_members(day)
    named = {sitting.member.pk: sitting for sitting in sitting_list if sitting.member.is_named}
    filled = seats_on(day)
    substitutes = {
        filled_seat.holder.pk: filled_seat.substitute
        for filled_seat in filled
        if filled_seat.holder
        and filled_seat.substitute
        and filled_seat.holder.pk in named
        and filled_seat.substitute.pk in named
    }
    listed_with_holder = {
        substitute.pk for substitute in substitutes.values() if _is_only_substitute(named[substitute.pk])
    }
    answers = Counter(sitting.member.naming for sitting in sitting_list)
    return Composition(
        number=len(sitting_list),
        declined=answers[Naming.DECLINED],
        unanswered=answers[Naming.NOT_ASKED],
        nobody="" if sitting_list else _nobody_in_words(day),
        members=[
            ListedMember(sitting, substitute, bool(substitute and substitute.pk not in listed_with_holder))
            for pk, sitting in named.items()
            if pk not in listed_with_holder
            for substitute in [substitutes.get(pk)]
        ],
        empty_seats=[filled_seat.seat for filled_seat in filled if filled_seat.holder is None],
    )


def _is_only_substitute(sitting: Sitting) -> bool:
    return sitting.rank == Mandate.Role.values.index(Mandate.Role.SUBSTITUTE)


def _nobody_in_words(day: date) -> str:
    """Returns why nobody sits on `day`: the mandates are to come, or have ended, or there are none. One query."""
    first_days = list(Mandate.objects.order_by("starts_on").values_list("starts_on", flat=True))
    if coming := [first for first in first_days if first > day]:
        return _("The next mandates begin on %(day)s.") % {"day": short_day(coming[0])}
    if first_days:
        return _("The mandates have ended. The next members are not appointed yet.")
    return _("The members are not appointed yet.")
