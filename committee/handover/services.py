"""Gives the rights of an office, and ends them once the account holds no such office."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committee.errors import OfficeRightsRefused
from committee.handover.notifications import RightsEnding
from committee.handover.queries import kinds_of_rights, office_group, rights_with_reason
from committee.models import Mandate, OfficeRights
from committee.models.office_rights import NOTICE
from committee.permissions import COORDINATION, holds_office
from common.shown import Contents, Shown, fingerprint, require_shown


def contents_of(user: User, day: date) -> Contents:
    """Returns what the page shows that gives rights to `user`: the person, the offices on `day`, and the rights."""
    group = office_group()
    offices = Mandate.objects.current(day).filter(member__user=user, role__in=COORDINATION).select_related("member")
    return {
        _("Person"): ", ".join(sorted({mandate.member.name for mandate in offices})),
        _("Account"): user.email,
        _("Office"): "\n".join(mandate.in_words for mandate in offices),
        _("Group"): str(group or ""),
        _("Rights of the group"): ", ".join(kinds_of_rights(group)) if group else "",
    }


@transaction.atomic
def give_office_rights(*, user: User, by: User, shown: Shown, now: datetime) -> bool:
    """Adds the account of a coordinator or deputy to the group of the office, and records the office as the reason.

    Returns False if the account is in the group already: those rights have another origin, and the site never ends
    them. Raises `OfficeRightsRefused`, and `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    group = office_group()
    if group is None:
        raise OfficeRightsRefused(_("The group of the coordination does not exist any more. Create it again first."))
    locked_user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not locked_user.is_active or not holds_office(locked_user, [*COORDINATION], timezone.localdate(now)):
        raise OfficeRightsRefused(_("This account does not hold the office today: no right is given."))
    if locked_user.groups.filter(pk=group.pk).exists():
        return False
    require_shown(shown, locked_user, fingerprint(contents_of(locked_user, timezone.localdate(now))))
    locked_user.groups.add(group)
    values = {"given_at": now, "given_by": by, "ends_on": None}
    OfficeRights.objects.update_or_create(user=locked_user, group=group, defaults=values)
    return True


def end_office_rights(*, now: datetime) -> int:
    """Job of the tick: announces and ends the rights of former officers; returns the number of ended rights.

    Idempotent. One query if nothing changes.
    """
    today, ended = timezone.localdate(now), 0
    for rights in rights_with_reason(today):
        has_end_date = rights.ends_on is not None
        is_over = rights.ends_on is not None and rights.ends_on <= today
        if not rights.is_in_group or has_end_date == rights.holds_office or is_over:
            ended += _bring_up_to_date(rights.pk, today, now)
    return ended


@transaction.atomic
def _bring_up_to_date(pk: int, today: date, now: datetime) -> bool:
    """Updates one row under its lock; returns whether the rights end."""
    OfficeRights.objects.select_for_update().filter(pk=pk).first()
    rights = rights_with_reason(today).filter(pk=pk).select_related("user", "group").first()
    if rights is None:
        return False
    if not rights.is_in_group:
        # An administrator removed the membership.
        rights.delete()
    elif rights.holds_office:
        rights.ends_on = None
        rights.save(update_fields=["ends_on"])
    elif rights.ends_on is None:
        rights.ends_on = today + NOTICE
        rights.save(update_fields=["ends_on"])
        RightsEnding(rights).send(now=now)
    elif rights.ends_on <= today:
        rights.user.groups.remove(rights.group)
        rights.delete()
        return True
    return False
