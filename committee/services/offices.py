"""Give the offices of the committee to the members who were chosen, all on the same day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.errors import OfficeRefused
from committee.models import Mandate, Member
from committee.models.members import lock_mandates
from common.templatetags.dates import short_day


@dataclass(frozen=True)
class ChosenMember:
    """The member who takes an office; `held` is the mandate that this one follows, None where the office is vacant."""

    role: Mandate.Role
    held: Mandate | None
    member: Member


@transaction.atomic
def give_offices(chosen: list[ChosenMember], *, starts_on: date, ends_on: date, by: User) -> None:
    """Ends the mandates that run beyond `starts_on`, then gives each office of `chosen` from that day to `ends_on`.

    Raises `OfficeRefused`, with the place in `chosen`, when one may not run; nothing is changed then.
    """
    lock_mandates()
    for place, one in enumerate(chosen):
        if one.held:
            _end(place, one.held, before=starts_on, by=by)
    others = list(Mandate.objects.not_over(starts_on).exclude(role__in=Mandate.SEATED).select_related("member"))
    for place, one in enumerate(chosen):
        mandate = Mandate(member=one.member, role=one.role, starts_on=starts_on, ends_on=ends_on)
        mandate.full_clean()
        for other in others:
            if clash := mandate.clash_with(other, same_person=other.member_id == one.member.pk):
                _field, sentence = clash
                raise OfficeRefused(place, sentence)
        mandate.save()
        others.append(mandate)
        log(one.member, "wagtail.edit", user=by)


def _end(place: int, held: Mandate, *, before: date, by: User) -> None:
    held.refresh_from_db()
    if held.starts_on >= before:
        sentence = _("%(name)s begins on %(day)s: choose a later first day.")
        raise OfficeRefused(place, sentence % {"name": held.member.name, "day": short_day(held.starts_on)})
    if held.ends_on is None or held.ends_on >= before:
        held.ends_on = before - timedelta(days=1)
        held.save()
        log(held.member, "wagtail.edit", user=by)
