"""Mail that the contact form sends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class ContactMessage(Notification):
    """What somebody wrote to the committee; an answer to the mail goes to that person.

    Nobody else gets a copy: the address is not verified, and the form would send any text to any stranger.
    """

    topic: str
    body: str
    email: str
    name: str
    now: datetime

    kind = "contact.message"
    verbose_name = gettext_lazy("Message to the committee")
    template = "emails/contact_message"

    def recipients(self) -> list[Recipient]:
        """The address that people read, once for the same words of a day: a page sent again makes no second mail."""
        said = (localdate(self.now).isoformat(), self.topic, self.body, self.email.lower(), self.name)
        key = salted_hmac("cms.contact", "\0".join(said), algorithm="sha256").hexdigest()
        return [Recipient(SiteConfiguration.load().contact_email, key=f"{self.kind}:{key}")]

    def subject(self) -> str:
        return _("Message to the committee: %(topic)s") % {"topic": self.topic}

    def context(self) -> dict[str, Any]:
        return {"topic": self.topic, "body": self.body, "email": self.email, "name": self.name}

    def reply_to(self) -> list[str]:
        return [self.email]

    def expires_at(self, *, now: datetime) -> datetime:
        """A month: a mail server that is down for days must not lose what a resident wrote."""
        return now + timedelta(days=30)
