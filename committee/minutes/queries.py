"""What minutes ask of members in their area."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _

from committee.area.registry import Awaiting
from committee.models import Correction, Member, SessionMinutes
from committee.permissions import can_decide_correction
from common.templatetags.dates import PARIS, in_paris, short_day


def minutes_await(member: Member, now: datetime) -> Iterator[Awaiting]:
    """The rounds of corrections that are open; for who decides, the corrections that wait. Two queries at most."""
    today = in_paris(now).date()
    rounds = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, corrections_until__gte=today)
    for record in rounds.select_related("session").order_by("corrections_until"):
        yield Awaiting(
            text=_("Read the minutes of %(day)s, and correct them") % {"day": short_day(record.session.starts_at)},
            url=reverse("committee:minutes", args=[record.session.slug]),
            until=_end_of(record.corrections_until) if record.corrections_until else None,
        )
    if member.user is None or not can_decide_correction(member.user, today):
        return
    waiting = Correction.objects.filter(state=Correction.State.WAITING).select_related("record__session")
    for correction in waiting.order_by("pk"):
        session = correction.record.session
        yield Awaiting(
            text=_("Decide on a correction of the minutes of %(day)s") % {"day": short_day(session.starts_at)},
            url=reverse("committee:decide_correction", args=[session.slug, correction.pk]),
        )


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=PARIS)
