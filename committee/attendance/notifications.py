"""Mails about attendance: requests to substitutes, unrepresented seats, repeated absences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import User
from committee.attendance.queries.figures import AbsenceRun
from committee.models import AbsenceAlert, Mandate, Member, SessionPage
from committee.permissions import COORDINATION
from committee.queries.seats import FilledSeat
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.hooks import contact_address
from mailing.notifications import Notification, Recipient

# Name of the dashboard panel that shows the same absences; the mail links to it.
PANEL = "assiduite"


def emails_of_coordination(day: date) -> list[str]:
    """Returns the addresses of coordinators and deputies on `day` who have an account, or else the contact address."""
    officers = Mandate.objects.current(day).filter(role__in=COORDINATION)
    users = User.objects.filter(is_active=True, member__in=officers.values("member")).order_by("pk")
    return list(users.values_list("email", flat=True)) or list(filter(None, [contact_address()]))


@dataclass(frozen=True)
class AbsencesAlert(Notification):
    """Alerts coordinators to repeated absences: seat, people, number of sessions, number excused.

    `alerts` are the rows that record the alert.
    """

    runs: Sequence[AbsenceRun]
    alerts: Sequence[AbsenceAlert]
    day: date

    kind = "committee.absences"
    verbose_name = gettext_lazy("Absences in a row")
    template = "emails/absences"
    subjects = (
        ngettext_lazy(
            "Nobody came for a seat, several times in a row",
            "Nobody came for %(count)d seats, several times in a row",
            "count",
        ),
    )

    def recipients(self) -> list[Recipient]:
        emails = emails_of_coordination(self.day)
        key = "-".join(str(alert.pk) for alert in self.alerts)
        return [Recipient(email, key=f"{self.kind}:{key}:{email}") for email in emails]

    def subject(self) -> str:
        count = len(self.runs)
        return self.subjects[0] % {"count": count}

    def context(self) -> dict[str, Any]:
        return {"runs": self.runs, "url": f"{absolute_url(reverse('wagtailadmin_home'))}#{PANEL}"}


@dataclass(frozen=True)
class AbsenceAnnounced(Notification):
    """Asks the substitute of a seat to come to a session, or cancels that request."""

    session: SessionPage
    holder: Member
    substitute: User
    comes: bool
    key: str

    kind = "committee.absence-announced"
    verbose_name = gettext_lazy("Absence announced to the substitute")
    template = "emails/committee/absence_announced"
    subjects = COMES, ASKED = (
        gettext_lazy("%(name)s comes on %(day)s after all"),
        gettext_lazy("Can you stand in for %(name)s on %(day)s?"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.substitute.email, key=self.key)]

    def expires_at(self, *, now: datetime) -> datetime:
        return self.session.starts_at

    def subject(self) -> str:
        text = self.COMES if self.comes else self.ASKED
        return self.subject_line(text % {"name": self.holder, "day": short_day(self.session.starts_at)})

    def context(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "holder": self.holder,
            "comes": self.comes,
            "url": absolute_url(self.session.get_url() or ""),
            "area_url": absolute_url(reverse("committee:area")),
            "absence_url": absolute_url(reverse("committee:absence")),
        }


@dataclass(frozen=True)
class SeatWithoutAnybody(Notification):
    """Informs coordinators that neither the holder nor the substitute of a seat can come to a session."""

    session: SessionPage
    filled: FilledSeat
    day: date

    kind = "committee.nobody-comes"
    verbose_name = gettext_lazy("Nobody comes for a seat, told to the coordination")
    template = "emails/committee/seat_without_anybody"
    subjects = (gettext_lazy("Nobody comes for %(seat)s on %(day)s"),)

    def recipients(self) -> list[Recipient]:
        substitute = self.filled.substitute
        key = f"{self.kind}:{self.session.pk}:{self.filled.seat.pk}:{substitute.pk if substitute else ''}"
        return [Recipient(email, key=f"{key}:{email}") for email in emails_of_coordination(self.day)]

    def expires_at(self, *, now: datetime) -> datetime:
        return self.session.starts_at

    def subject(self) -> str:
        text = self.subjects[0]
        return text % {"seat": self.filled.seat, "day": short_day(self.session.starts_at)}

    def context(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "filled": self.filled,
            "url": absolute_url(reverse("committee:attendance_sheet", args=[self.session.slug])),
        }
