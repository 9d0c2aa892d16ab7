"""Tells the coordinator and the deputy of a seat for which nobody came several times in a row: once for each run."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from committee.attendance.queries.figures import AbsenceRun, runs_of_absences
from committee.models import AbsenceAlert, Mandate, SessionPage
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import contact_address
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue

KIND = "committee.absences"
# The panel of the dashboard that says the same.
PANEL = "assiduite"
TOLD = (Mandate.Role.COORDINATOR, Mandate.Role.DEPUTY_COORDINATOR)
# What the sheet said during a session is looked at when the session is over, and for a day if the site was down.
LOOK_BACK = timedelta(days=1)


def tell_after_sessions(*, now: datetime) -> int:
    """The job of the tick: one query, unless a session has ended within a day."""
    if not SessionPage.objects.live().past(now).filter(ends_at__gte=now - LOOK_BACK).exists():
        return 0
    return tell_of_absences(now=now)


@transaction.atomic
def tell_of_absences(*, now: datetime) -> int:
    """Writes one mail about the runs that nobody was told of; returns how many runs that is.

    Without an account of a coordinator or a deputy the mail goes to the contact address of the site.
    """
    new = []
    for run in runs_of_absences(now, at_least=settings.ABSENCES_BEFORE_ALERT):
        alert, is_new = AbsenceAlert.objects.get_or_create(
            seat=run.seat, first_session_id=run.first_session_id, defaults={"told_at": now}
        )
        if is_new:
            new.append((run, alert.pk))
    if new:
        key = "-".join(str(pk) for _run, pk in new)
        content = absences_mail([run for run, _pk in new])
        drafts = [
            Draft(kind=KIND, to_email=email, dedupe_key=f"{KIND}:{key}:{email}", content=content)
            for email in _recipients(now)
        ]
        enqueue(drafts=drafts, now=now)
    return len(new)


def absences_mail(runs: list[AbsenceRun]) -> MailContent:
    """The mail: each seat, who fills it, how many sessions, and how many absences were excused."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext(
            "Nobody came for a seat, several times in a row",
            "Nobody came for %(count)d seats, several times in a row",
            len(runs),
        ) % {"count": len(runs)}
        url = f"{absolute_url(reverse('wagtailadmin_home'))}#{PANEL}"
        text, html = render_mail("emails/absences", {"subject": subject, "runs": runs, "url": url})
    return MailContent(subject=subject, text=text, html=html)


def _recipients(now: datetime) -> list[str]:
    officers = Mandate.objects.current(timezone.localdate(now)).filter(role__in=TOLD)
    users = User.objects.filter(is_active=True, member__in=officers.values("member")).order_by("pk")
    return list(users.values_list("email", flat=True)) or list(filter(None, [contact_address()]))
