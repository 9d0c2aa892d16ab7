"""Mail that reminds of a session, or announces its move or cancellation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.exports.calendars import attachment_of
from committee.models import SessionPage
from common.templatetags.dates import short_day
from common.urls import absolute_url
from digests.models import SessionReminder
from mailing.content import Attachment
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class SessionReminded(Notification):
    """Date, hours and place in words and in a calendar file, with the `changes` since the last mail (`changed`).

    For members, the text has the online link; the file never has it, because calendars are shared.
    """

    session: SessionPage
    changed: bool
    online_link: str = ""
    reminders: Sequence[SessionReminder] = ()
    changes: Sequence[Any] = ()

    kind = "session.reminder"
    verbose_name = gettext_lazy("Reminder of a session")
    template = "emails/session_reminder"
    subjects = CANCELLED, CHANGED, REMINDER = (
        gettext_lazy("The session of %(day)s is cancelled"),
        gettext_lazy("Changed: session of %(day)s"),
        gettext_lazy("Reminder: session of %(day)s"),
    )

    def recipients(self) -> list[Recipient]:
        return [
            Recipient(reminder.user.email, key=f"{self.kind}:{reminder.pk}:{reminder.times_told + 1}")
            for reminder in self.reminders
        ]

    def expires_at(self, *, now: datetime) -> datetime:
        return self.session.starts_at

    def subject(self) -> str:
        if self.session.is_cancelled:
            text = self.CANCELLED
        elif self.changed:
            text = self.CHANGED
        else:
            text = self.REMINDER
        return text % {"day": short_day(self.session.starts_at)}

    def subject_line(self, subject: str) -> str:
        """Returns `subject` unchanged: it has no text by users, so its no-break spaces are safe."""
        return subject

    def context(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "changed": self.changed,
            "changes": self.changes,
            "online_link": self.online_link,
            "url": absolute_url(self.session.get_url() or ""),
            "stop_url": absolute_url(reverse("digests:session_reminder", kwargs={"slug": self.session.slug})),
        }

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]

    def attachments(self) -> list[Attachment]:
        return [attachment_of(self.session)]
