"""Going to an outing or a campaign, cancelling an outing, and the mails of those who go.

What counts is what the person was last told: an outing that moves or is cancelled is told at once, one that stays is
recalled the day before at nine in Paris. One mail, however much changed.
"""

from datetime import datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from common.appointments import Words, by_what_they_know, changes, words_of
from common.templatetags.dates import PARIS, in_paris
from fieldwork.errors import OutingOver, VolunteeringClosed, VolunteersOnly
from fieldwork.models import CampaignPage, Outing, Volunteer
from fieldwork.models.volunteers import VolunteerQuerySet
from fieldwork.permissions import can_prepare_outings, can_volunteer
from fieldwork.volunteers.notifications import OutingRecalled
from fieldwork.volunteers.queries.going import Thing

AT = time(9, 0)
# An outing that starts at midnight is recalled 39 hours before.
LOOK_AHEAD = timedelta(days=2)
CANCEL = "fieldwork.cancel_outing"
# Who went where is known for so long after it is over.
KEPT = timedelta(days=365)


@transaction.atomic
def set_volunteering(*, user: User, thing: Thing, wanted: bool, now: datetime) -> None:
    """Makes `user` go to `thing`, or not. Idempotent: the wanted state is given.

    Raises `VolunteersOnly` for who does not sit, `VolunteeringClosed` for what is over, cancelled or not published.
    """
    if not can_volunteer(user, timezone.localdate(now)):
        raise VolunteersOnly
    if not is_open(thing, now):
        raise VolunteeringClosed
    key = "outing" if isinstance(thing, Outing) else "campaign"
    if wanted:
        known = {"told": facts_of(thing), "said": said_of(thing)} if isinstance(thing, Outing) else {}
        Volunteer.objects.get_or_create(user=user, **{key: thing}, defaults={"since": now, **known})
    else:
        Volunteer.objects.filter(user=user, **{key: thing}).delete()


def is_open(thing: Thing, now: datetime) -> bool:
    """Says whether one may still say « J’y vais »: published, not over, not cancelled."""
    if isinstance(thing, Outing):
        return not thing.is_cancelled and Outing.objects.of_published().coming(now).filter(pk=thing.pk).exists()
    return CampaignPage.objects.published().filter(pk=thing.pk, ends_on__gte=timezone.localdate(now)).exists()


@transaction.atomic
def cancel_outing(*, outing: Outing, reason: str, by: User, now: datetime) -> int:
    """Cancels an outing that has not begun, and tells those who go. Returns how many. Raises `OutingOver`."""
    if not can_prepare_outings(by):
        raise VolunteersOnly
    found = Outing.objects.select_for_update(of=("self",)).select_related("survey").get(pk=outing.pk)
    if found.starts_at <= now or found.is_cancelled:
        raise OutingOver
    found.cancelled_at, found.cancelled_because = now, reason.strip()
    found.save(update_fields=["cancelled_at", "cancelled_because", "changed_at"])
    log(instance=found, action=CANCEL, user=by, data={"reason": reason})
    return _tell(found, now=now)


def recall_outings(*, now: datetime) -> int:
    """Queues the mails that are due about outings that have not begun; returns how many. One query without any."""
    coming = Outing.objects.of_published().filter(starts_at__gt=now, volunteers__isnull=False)
    return sum(_tell(outing, now=now) for outing in coming.select_related("survey").distinct().order_by("starts_at"))


def recalled_at(outing: Outing) -> datetime:
    """The moment of the reminder: the day before, at nine in Paris."""
    day = in_paris(outing.starts_at).date() - timedelta(days=1)
    return datetime.combine(day, AT, tzinfo=PARIS)


def facts_of(outing: Outing) -> str:
    """A key of what those who go know: another key, another mail."""
    facts = [outing.starts_at.isoformat(), outing.ends_at.isoformat(), outing.place, outing.meeting_point]
    return sha256("\n".join([*facts, str(outing.is_cancelled)]).encode()).hexdigest()


def said_of(outing: Outing) -> Words:
    """The same in words."""
    return words_of(outing, meeting_point=outing.meeting_point)


def _tell(outing: Outing, *, now: datetime) -> int:
    """Tells those who go what changed since they were last told, or recalls the outing once its moment has come.

    Rows are locked and marked in the transaction that queues the mails, so each person is told once.
    """
    facts, said = facts_of(outing), said_of(outing)
    due = ~Q(told=facts)
    if now >= recalled_at(outing) and not outing.is_cancelled:
        due |= Q(reminded_at=None)
    with transaction.atomic():
        waiting = Volunteer.objects.filter(due, outing=outing).sitting(timezone.localdate(now))
        rows = list(waiting.select_for_update(of=("self",)).select_related("user").order_by("pk"))
        for told in by_what_they_know(rows):
            changed, differences = told[0].told != facts, changes(told[0].said, said)
            OutingRecalled(outing, changed, told, differences).send(now=now)
        for row in rows:
            row.told, row.said, row.times_told = facts, said, row.times_told + 1
            if now >= recalled_at(outing):
                row.reminded_at = now
        Volunteer.objects.bulk_update(rows, ["told", "said", "times_told", "reminded_at"])
    return len(rows)


def forget_volunteers(*, now: datetime) -> int:
    """Erases who went to what has been over for a year. Returns how many rows."""
    return old_volunteers(now).delete()[0]


def old_volunteers(now: datetime) -> VolunteerQuerySet:
    """Returns the rows about what has been over for a year."""
    over = Q(outing__ends_at__lt=now - KEPT) | Q(campaign__ends_on__lt=timezone.localdate(now - KEPT))
    return Volunteer.objects.filter(over)
