"""Mail to a member whose last mandate has ended: the members' area is closed, the account stays."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.models import Mandate
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class MandateEnded(Notification):
    """Informs a former member once of the end of `mandate`, the last one of this person."""

    mandate: Mandate

    kind = "committee.mandate-ended"
    verbose_name = gettext_lazy("End of a mandate")
    template = "emails/committee/mandate_ended"
    subjects = (gettext_lazy("Your mandate on the committee ended on %(day)s"),)

    def recipients(self) -> list[Recipient]:
        """Returns the member, with the same key for all mandates that end together."""
        user, key = self.mandate.member.user, f"{self.kind}:{self.mandate.member_id}:{self.mandate.ends_on}"
        return [Recipient(user.email, key=key)] if user and user.is_active else []

    def subject(self) -> str:
        return self.subjects[0] % {"day": short_day(self.mandate.ends_on)}

    def context(self) -> dict[str, Any]:
        return {"url": absolute_url(reverse("accounts:home"))}

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]
