"""Gives the offices of the committee to the chosen members, all on the same day."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.errors import OfficeRefused
from committee.models import Mandate, Member
from committee.models.members import lock_mandates
from committee.queries.seats import Office
from common.templatetags.dates import short_day


@transaction.atomic
def assign_offices(chosen: dict[Office, Member], *, starts_on: date, ends_on: date, by: User) -> None:
    """Ends the mandates that run beyond `starts_on`, then gives each office of `chosen` from that day to `ends_on`.

    Raises `OfficeRefused` if a mandate is not possible, and then changes nothing.
    """
    lock_mandates()
    for office in chosen:
        _end(office, before=starts_on, by=by)
    running = list(Mandate.objects.not_over(starts_on).exclude(role__in=Mandate.SEATED).select_related("member"))
    for office, member in chosen.items():
        mandate = Mandate(member=member, role=office.role, starts_on=starts_on, ends_on=ends_on)
        mandate.full_clean()
        for other in running:
            if clash := mandate.clash_with(other, same_person=other.member_id == member.pk):
                _field, sentence = clash
                raise OfficeRefused(office.key, sentence)
        mandate.save()
        running.append(mandate)
        log(member, "wagtail.edit", user=by)


def _end(office: Office, *, before: date, by: User) -> None:
    held = office.held
    if held is None:
        return
    held.refresh_from_db()
    if held.starts_on >= before:
        sentence = _("%(name)s begins on %(day)s: choose a later first day.")
        raise OfficeRefused(office.key, sentence % {"name": held.member.name, "day": short_day(held.starts_on)})
    if held.ends_on is None or held.ends_on >= before:
        held.ends_on = before - timedelta(days=1)
        held.save()
        log(held.member, "wagtail.edit", user=by)
