"""Mail about an outing: reminder on the day before, change or cancellation."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from common.templatetags.dates import short_day
from common.urls import absolute_url
from fieldwork.models import Outing, Volunteer
from fieldwork.volunteers.queries.calendars import calendar_of
from fieldwork.volunteers.queries.going import volunteering_url
from mailing.content import Attachment
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class OutingRecalled(Notification):
    """Time, place and meeting point of an outing, with a calendar file.

    `changed` since the last mail to the recipients: the differences are in `changes`. Sent to current members only,
    who alone may know the meeting point.
    """

    outing: Outing
    changed: bool
    volunteers: Sequence[Volunteer] = ()
    changes: Sequence[Any] = ()

    kind = "fieldwork.outing-recalled"
    verbose_name = gettext_lazy("Reminder of an outing")
    template = "emails/fieldwork/outing_recalled"
    subjects = CANCELLED, CHANGED, REMINDER = (
        gettext_lazy("The outing of %(day)s is cancelled"),
        gettext_lazy("Changed: outing of %(day)s"),
        gettext_lazy("Reminder: outing of %(day)s"),
    )

    def recipients(self) -> list[Recipient]:
        return [
            Recipient(volunteer.user.email, key=f"{self.kind}:{volunteer.pk}:{volunteer.times_told + 1}")
            for volunteer in self.volunteers
        ]

    def expires_at(self, *, now: datetime) -> datetime:
        return self.outing.starts_at

    def subject(self) -> str:
        if self.outing.is_cancelled:
            words = self.CANCELLED
        elif self.changed:
            words = self.CHANGED
        else:
            words = self.REMINDER
        return words % {"day": short_day(self.outing.starts_at)}

    def subject_line(self, subject: str) -> str:
        """Returns the subject unchanged: without user input, its no-break spaces may stay."""
        return subject

    def context(self) -> dict[str, Any]:
        return {
            "outing": self.outing,
            "changed": self.changed,
            "changes": self.changes,
            "url": absolute_url(volunteering_url(self.outing)),
        }

    def attachments(self) -> list[Attachment]:
        data = base64.b64encode(calendar_of([self.outing])).decode()
        return [Attachment(f"sortie-{self.outing.pk}.ics", data, "text/calendar")]
