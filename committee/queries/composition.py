"""Composition of the committee for public pages: named members, number of other members, vacant seats."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from committee.models.members import Mandate, Member, Seat, Sitting, sitting_members
from committee.models.naming_consent import Naming
from committee.queries.seats import seats_on


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
    or have not answered.
    """

    number: int
    declined: int
    unanswered: int
    members: list[ListedMember] = field(default_factory=list)
    empty_seats: list[Seat] = field(default_factory=list)

    @property
    def officers(self) -> list[ListedMember]:
        """Members who hold an office."""
        return [listed for listed in self.members if listed.sitting.has_office]


def composition(day: date) -> Composition:
    """Returns the committee on `day`: members by rank, then by name, substitutes with their holder.

    A substitute whose holder is not named is listed alone. Three queries, four with photos.
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
