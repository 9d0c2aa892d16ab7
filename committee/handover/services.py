"""Gives the rights of an office, begins and ends them with the office, and informs its holders."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committee.errors import OfficeRightsRefused
from committee.handover.notifications import OfficeChanged
from committee.handover.queries import (
    changed_offices,
    coordination_mandates,
    has_planned_rights,
    kinds_of_rights,
    office_group,
    rights_to_change,
)
from committee.models import OfficeRights
from common.shown import Contents, Shown, fingerprint, require_shown
from mailing.notifications import send_new


def contents_of(user: User, day: date) -> Contents:
    """Returns what the page shows that gives rights to `user`: the person, the offices from `day` on, the rights."""
    group, mandates = office_group(), coordination_mandates(user, day)
    return {
        _("Person"): ", ".join(sorted({mandate.member.name for mandate in mandates})),
        _("Account"): user.email,
        _("Office"): "\n".join(mandate.in_words for mandate in mandates),
        _("Group"): str(group or ""),
        _("Rights of the group"): ", ".join(kinds_of_rights(group)) if group else "",
    }


@transaction.atomic
def give_office_rights(*, user: User, by: User, shown: Shown, now: datetime) -> bool:
    """Adds the account of a coordinator or deputy to the group of the office, and records the office as the reason.

    If the office is to begin, the rights begin on its first day (`follow_offices`). Returns False if the account is in
    the group already: those rights have another origin, and the site never ends them; or if they are planned. Raises
    `OfficeRightsRefused`, and `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    today, group = timezone.localdate(now), office_group()
    if group is None:
        raise OfficeRightsRefused(_("The group of the coordination does not exist any more. Create it again first."))
    locked_user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mandates = coordination_mandates(locked_user, today)
    if not locked_user.is_active or not mandates:
        raise OfficeRightsRefused(_("This account does not hold the office, and is not to hold it: no right is given."))
    begins_on = mandates[0].starts_on if mandates[0].starts_on > today else None
    if locked_user.groups.filter(pk=group.pk).exists() or has_planned_rights(mandates[0]):
        return False
    require_shown(shown, locked_user, fingerprint(contents_of(locked_user, today)))
    values = {"given_at": now, "given_by": by, "begins_on": begins_on, "ends_on": None}
    OfficeRights.objects.update_or_create(user=locked_user, group=group, defaults=values)
    if begins_on is None:
        locked_user.groups.add(group)
    return True


def follow_offices(*, now: datetime) -> int:
    """Job of the tick: begins and ends rights with their office, and mails the holders; returns the number of changes.

    Idempotent. Two queries if nothing changes.
    """
    today = timezone.localdate(now)
    count = sum(_change_rights(rights.pk, today) for rights in rights_to_change(today))
    return count + send_new([OfficeChanged(mandate, change) for mandate, change in changed_offices(today)], now=now)


@transaction.atomic
def _change_rights(pk: int, today: date) -> bool:
    """Begins, ends or forgets one row under its lock; returns whether an account gets or loses rights."""
    OfficeRights.objects.select_for_update().filter(pk=pk).first()
    rights = rights_to_change(today).filter(pk=pk).select_related("user", "group").first()
    if rights is None:
        return False
    if rights.begins_on and rights.holds_today:
        rights.user.groups.add(rights.group)
        rights.begins_on = None
        rights.save(update_fields=["begins_on"])
        return True
    # Not in the group: an administrator removed the membership, or the office to come was taken back.
    is_in_group = rights.is_in_group and rights.begins_on is None
    if is_in_group:
        rights.user.groups.remove(rights.group)
    rights.delete()
    return is_in_group
