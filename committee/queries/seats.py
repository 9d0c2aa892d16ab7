"""Seats on a day with holder and substitute; seats and offices to fill, mandates that end soon."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from committee.models.members import Mandate, Member, Seat
from committee.permissions import OFFICES
from common.templatetags.dates import short_day

ENDS_WITHIN = timedelta(days=60)


@dataclass(frozen=True)
class FilledSeat:
    """Seat on one day, with its holder and its substitute, if appointed."""

    seat: Seat
    holder: Member | None = None
    substitute: Member | None = None
    # First day of the mandate of the person who speaks for the seat; None if it is vacant.
    since: date | None = None

    @property
    def people(self) -> list[Member]:
        """People who may speak for the seat: the holder, then the substitute."""
        return [member for member in (self.holder, self.substitute) if member]

    @property
    def stand_in(self) -> Member | None:
        """Substitute who may come for the holder; None if the seat has no holder."""
        return self.substitute if self.holder else None


@dataclass(frozen=True)
class Office:
    """Office on one day, with the mandate of its holder, or None."""

    role: Mandate.Role
    held: Mandate | None = None

    @property
    def key(self) -> str:
        """Field name in a form, which changes with the holder of the office."""
        return f"office_{self.role}_{self.held.pk if self.held else 0}"

    @property
    def in_words(self) -> str:
        """« Aujourd’hui : Odile R., du 1er janvier au 31 décembre 2026 », or that the office is vacant."""
        if self.held is None:
            return _("Nobody holds this office.")
        return _("Today: %(name)s, %(period)s") % {"name": self.held.member.name, "period": self.held.period}


def holder_in_words(seat: Seat, filled: FilledSeat | None, day: date) -> str:
    """Returns the holder of `seat` on `day`, "vacant", or its first day; `filled` is its row of `seats_on`."""
    if filled:
        return str(filled.holder or _("Empty seat"))
    if seat.starts_on > day:
        return _("Exists from %(day)s on") % {"day": short_day(seat.starts_on)}
    return _("Existed until %(day)s") % {"day": short_day(seat.ends_on)}


def seats_on(day: date) -> list[FilledSeat]:
    """Returns the seats that exist on `day`, in order, including vacant ones. Two queries."""
    mandates = {
        (mandate.seat_id, mandate.role): mandate
        for mandate in Mandate.objects.current(day).filter(seat__isnull=False).select_related("member__user")
    }
    return [
        _filled(seat, mandates.get((seat.pk, Mandate.Role.MEMBER)), mandates.get((seat.pk, Mandate.Role.SUBSTITUTE)))
        for seat in Seat.objects.current(day)
    ]


def _filled(seat: Seat, held: Mandate | None, substituted: Mandate | None) -> FilledSeat:
    speaks = held or substituted
    return FilledSeat(
        seat,
        held.member if held else None,
        substituted.member if substituted else None,
        speaks.starts_on if speaks else None,
    )


def seat_of(member: Member, day: date) -> FilledSeat | None:
    """Returns the seat that `member` fills on `day`, as holder or substitute."""
    return next((filled for filled in seats_on(day) if member in filled.people), None)


def seats_to_fill(day: date) -> list[Seat]:
    """Returns the seats that exist on `day` or later without a current or future holder, in order."""
    held = Mandate.objects.not_over(day).filter(role=Mandate.Role.MEMBER, seat__isnull=False).values("seat")
    return list(Seat.objects.not_over(day).exclude(pk__in=held))


def vacant_offices(day: date) -> list[Mandate.Role]:
    """Returns the offices that had a holder in the past, and have no current or future one. Two queries."""
    held = Mandate.objects.filter(role__in=OFFICES)
    vacant = {*held.values_list("role", flat=True)} - {*held.not_over(day).values_list("role", flat=True)}
    return [role for role in OFFICES if role in vacant]


def offices_on(day: date) -> list[Office]:
    """Returns the offices in order, one row per holder on `day`, or one without. One query."""
    held: dict[str, list[Mandate]] = {}
    for mandate in Mandate.objects.current(day).exclude(role__in=Mandate.SEATED).select_related("member"):
        held.setdefault(mandate.role, []).append(mandate)
    offices = [role for role in Mandate.Role if role not in Mandate.SEATED]
    return [Office(role, mandate) for role in offices for mandate in held.get(role, [None])]


def own_offices(member: Member, day: date) -> list[Mandate]:
    """Returns the offices of `member` on `day`, and those that begin soon. One query."""
    mandates = Mandate.objects.not_over(day).filter(member=member, starts_on__lte=day + ENDS_WITHIN)
    return list(mandates.exclude(role__in=Mandate.SEATED).order_by("starts_on", "pk"))


def next_first_day(day: date) -> date:
    """Returns the day after the first office that ends soon after `day`, or `day` itself. One query."""
    offices = [mandate for mandate in ending_mandates(day) if mandate.role not in Mandate.SEATED]
    ends = [mandate.ends_on for mandate in offices if mandate.ends_on]
    return min(ends) + timedelta(days=1) if ends else day


def ending_mandates(day: date) -> list[Mandate]:
    """Returns the mandates that end soon, unless the same member has a later mandate in the same role. One query."""
    next_one = Mandate.objects.filter(
        member=OuterRef("member"), role=OuterRef("role"), starts_on__gt=OuterRef("ends_on")
    )
    ending = Mandate.objects.current(day).filter(~Exists(next_one), ends_on__lte=day + ENDS_WITHIN)
    return list(ending.select_related("member").order_by("ends_on", "pk"))
