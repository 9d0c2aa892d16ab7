"""Alerts about seats that were empty several times in a row: one mail for each run of absences."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from committee.attendance.notifications import AbsencesAlert
from committee.attendance.queries.figures import absence_runs
from committee.models import AbsenceAlert, SessionPage

# Sessions are checked for one day after their end, in case the site was down.
LOOK_BACK = timedelta(days=1)


def alert_after_sessions(*, now: datetime) -> int:
    """Job of the tick: one query, unless a session has ended within a day."""
    if not SessionPage.objects.live().past(now).filter(ends_at__gte=now - LOOK_BACK).exists():
        return 0
    return alert_absences(now=now)


@transaction.atomic
def alert_absences(*, now: datetime) -> int:
    """Sends one mail about the runs of absences without an alert; returns their number."""
    new = []
    for run in absence_runs(now, at_least=settings.ABSENCES_BEFORE_ALERT):
        alert, is_new = AbsenceAlert.objects.get_or_create(
            seat=run.seat, first_session_id=run.first_session_id, defaults={"told_at": now}
        )
        if is_new:
            new.append((run, alert))
    if new:
        runs, alerts = zip(*new, strict=True)
        AbsencesAlert(runs, alerts, timezone.localdate(now)).send(now=now)
    return len(new)
