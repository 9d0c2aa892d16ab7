"""Creates the numbered seats of a college at once."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.models import Seat
from committee.models.members import lock_mandates


@dataclass(frozen=True)
class CreatedSeats:
    """Names of the created seats, and of existing ones, which are not changed."""

    created: list[str]
    existing_names: list[str]


@transaction.atomic
def create_seats(*, colleges: dict[str, int], starts_on: date, by: User) -> CreatedSeats:
    """Creates the missing seats 1 to n for each of `colleges`, {college: n}. Idempotent."""
    lock_mandates()
    existing = set(Seat.objects.values_list("name", flat=True))
    order = Seat.objects.aggregate(last=Max("order"))["last"] or 0
    result = CreatedSeats(created=[], existing_names=[])
    for college, count in colleges.items():
        for number in range(1, count + 1):
            name = _("%(college)s, seat %(number)d") % {"college": college, "number": number}
            if name in existing:
                result.existing_names.append(name)
                continue
            order += 1
            seat = Seat.objects.create(name=name, college=college, starts_on=starts_on, order=order)
            log(seat, "wagtail.create", user=by)
            result.created.append(name)
    return result
