"""Volunteering for outings and campaigns, cancellation of outings, and the mails to volunteers.

Mails depend on the facts last mailed to each person: a change or cancellation is mailed at once, an unchanged outing
on the day before at 09:00, time of the city. All changes are in one mail.
"""

from datetime import datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from common.appointments import Words, changes, group_by_message, words_of
from common.templatetags.dates import CITY_ZONE, in_city_time
from fieldwork.errors import OutingOver, VolunteeringClosed, VolunteersOnly
from fieldwork.models import CampaignPage, Outing, Volunteer
from fieldwork.models.volunteers import VolunteerQuerySet
from fieldwork.permissions import can_prepare_outings, can_volunteer
from fieldwork.volunteers.notifications import OutingRecalled
from fieldwork.volunteers.queries.going import Thing

AT = time(9, 0)
# An outing at 23:59 has its reminder almost 39 hours before.
LOOK_AHEAD = timedelta(days=2)
CANCEL = "fieldwork.cancel_outing"
# Participation is stored for this long after the end.
KEPT = timedelta(days=365)


@transaction.atomic
def set_volunteering(*, user: User, thing: Thing, is_wanted: bool, now: datetime) -> None:
    """Sets whether `user` goes to `thing`. Idempotent, because the wanted state is given.

    Raises `VolunteersOnly` unless the user is a current member, and `VolunteeringClosed` if `thing` is over, cancelled
    or unpublished.
    """
    if not can_volunteer(user, timezone.localdate(now)):
        raise VolunteersOnly
    if not is_open(thing, now):
        raise VolunteeringClosed
    key = "outing" if isinstance(thing, Outing) else "campaign"
    if is_wanted:
        facts = {"told": facts_of(thing), "said": facts_in_words(thing)} if isinstance(thing, Outing) else {}
        Volunteer.objects.get_or_create(user=user, **{key: thing}, defaults={"since": now, **facts})
    else:
        Volunteer.objects.filter(user=user, **{key: thing}).delete()


def is_open(thing: Thing, now: datetime) -> bool:
    """Returns whether one can still volunteer: published, not over, not cancelled."""
    if isinstance(thing, Outing):
        return not thing.is_cancelled and Outing.objects.of_published().coming(now).filter(pk=thing.pk).exists()
    return CampaignPage.objects.published().filter(pk=thing.pk, ends_on__gte=timezone.localdate(now)).exists()


@transaction.atomic
def cancel_outing(*, outing: Outing, reason: str, by: User, now: datetime) -> int:
    """Cancels an outing that has not begun, and mails its volunteers. Returns their number. Raises `OutingOver`."""
    if not can_prepare_outings(by):
        raise VolunteersOnly
    outing = Outing.objects.select_for_update(of=("self",)).select_related("survey").get(pk=outing.pk)
    if outing.starts_at <= now or outing.is_cancelled:
        raise OutingOver
    outing.cancelled_at, outing.cancelled_because = now, reason.strip()
    outing.save(update_fields=["cancelled_at", "cancelled_because", "changed_at"])
    log(instance=outing, action=CANCEL, user=by, data={"reason": reason})
    return _send_due_mails(outing, now=now)


def recall_outings(*, now: datetime) -> int:
    """Queues the due mails about coming outings. Returns their number. One query if there are none."""
    coming = Outing.objects.of_published().filter(starts_at__gt=now, volunteers__isnull=False)
    return sum(
        _send_due_mails(outing, now=now) for outing in coming.select_related("survey").distinct().order_by("starts_at")
    )


def recalled_at(outing: Outing) -> datetime:
    """Returns the time of the reminder: 09:00, time of the city, on the day before."""
    day = in_city_time(outing.starts_at).date() - timedelta(days=1)
    return datetime.combine(day, AT, tzinfo=CITY_ZONE)


def facts_of(outing: Outing) -> str:
    """Returns a hash of the facts known to volunteers. A new hash triggers a mail."""
    facts = [outing.starts_at.isoformat(), outing.ends_at.isoformat(), outing.place, outing.meeting_point]
    return sha256("\n".join([*facts, str(outing.is_cancelled)]).encode()).hexdigest()


def facts_in_words(outing: Outing) -> Words:
    """Returns the same facts in words."""
    return words_of(outing, meeting_point=outing.meeting_point)


def _send_due_mails(outing: Outing, *, now: datetime) -> int:
    """Mails the volunteers what has changed since their last mail, or the reminder once it is due.

    Rows are locked and updated in the transaction that queues the mails, so that each person is mailed once.
    """
    with transaction.atomic():
        # Read again: an editor may have moved or cancelled the outing since the list was read.
        outing = Outing.objects.select_for_update(of=("self",)).select_related("survey").get(pk=outing.pk)
        facts, words = facts_of(outing), facts_in_words(outing)
        due = ~Q(told=facts)
        if now >= recalled_at(outing) and not outing.is_cancelled:
            due |= Q(reminded_at=None)
        waiting = Volunteer.objects.filter(due, outing=outing).sitting(timezone.localdate(now))
        rows = list(waiting.select_for_update(of=("self",)).select_related("user").order_by("pk"))
        for volunteers in group_by_message(rows):
            changed, differences = volunteers[0].told != facts, changes(volunteers[0].said, words)
            OutingRecalled(outing, changed, volunteers, differences).send(now=now)
        for row in rows:
            row.told, row.said, row.times_told = facts, words, row.times_told + 1
            if now >= recalled_at(outing):
                row.reminded_at = now
        Volunteer.objects.bulk_update(rows, ["told", "said", "times_told", "reminded_at"])
    return len(rows)


def forget_volunteers(*, now: datetime) -> int:
    """Deletes participations in outings and campaigns over for a year. Returns their number."""
    return old_volunteers(now).delete()[0]


def old_volunteers(now: datetime) -> VolunteerQuerySet:
    """Returns the participations in outings and campaigns over for a year."""
    over = Q(outing__ends_at__lt=now - KEPT) | Q(campaign__ends_on__lt=timezone.localdate(now - KEPT))
    return Volunteer.objects.filter(over)
