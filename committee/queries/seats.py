"""Seats on a day, each with its holder and its substitute."""

from dataclasses import dataclass
from datetime import date

from committee.models.members import Mandate, Member, Seat


@dataclass(frozen=True)
class FilledSeat:
    """Seat on one day, with its holder and its substitute, if they are appointed."""

    seat: Seat
    holder: Member | None = None
    substitute: Member | None = None

    @property
    def people(self) -> list[Member]:
        """The holder, then the substitute: those who may speak for the seat."""
        return [member for member in (self.holder, self.substitute) if member]


def seats_on(day: date) -> list[FilledSeat]:
    """Returns the seats that exist on `day`, in their order, empty ones too. Two queries."""
    filled: dict[tuple[int | None, str], Member] = {
        (mandate.seat_id, mandate.role): mandate.member
        for mandate in Mandate.objects.current(day).filter(seat__isnull=False).select_related("member")
    }
    return [
        FilledSeat(seat, filled.get((seat.pk, Mandate.Role.MEMBER)), filled.get((seat.pk, Mandate.Role.SUBSTITUTE)))
        for seat in Seat.objects.open(day)
    ]


def seat_of(member: Member, day: date) -> FilledSeat | None:
    """Returns the seat that `member` fills on `day`, as holder or as substitute."""
    return next((filled for filled in seats_on(day) if member in filled.people), None)
