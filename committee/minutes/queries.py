"""Reads of minutes: tasks of a member, link from the account."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.hooks import AccountLink
from committee.hooks import MemberTask
from committee.models import Correction, Member, SessionMinutes
from committee.permissions import can_decide_correction, can_draft_minutes, can_propose_correction
from common.templatetags.dates import PARIS, in_paris, short_day


def minutes_tasks(member: Member, now: datetime) -> Iterator[MemberTask]:
    """Yields the open rounds of corrections, and for who decides, the corrections to decide. Two queries at most."""
    today = in_paris(now).date()
    rounds = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, corrections_until__gte=today)
    for record in rounds.select_related("session").order_by("corrections_until"):
        yield MemberTask(
            text=gettext("Read the minutes of %(day)s, and correct them")
            % {"day": short_day(record.session.starts_at)},
            url=reverse("committee:minutes", args=[record.session.slug]),
            until=_end_of(record.corrections_until) if record.corrections_until else None,
        )
    if member.user is None or not can_decide_correction(member.user, today):
        return
    waiting = Correction.objects.filter(state=Correction.State.WAITING).select_related("record__session")
    for correction in waiting.order_by("pk"):
        session = correction.record.session
        yield MemberTask(
            text=gettext("Decide on a correction of the minutes of %(day)s") % {"day": short_day(session.starts_at)},
            url=reverse("committee:decide_correction", args=[session.slug, correction.pk]),
        )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=PARIS)


def minutes_link(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the minutes in the account, for members who sit and those who write minutes."""
    today = timezone.localdate()
    if not (can_propose_correction(request.user, today) or can_draft_minutes(request.user, today)):
        return []
    return [
        AccountLink(
            order=40,
            label=gettext("Minutes of the sessions"),
            url=reverse("committee:minutes_list"),
            hint=gettext("Read the minutes before they are public, and correct them."),
        )
    ]
