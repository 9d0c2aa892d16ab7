"""Mail that announces the day on which the rights of an office end."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.models import OfficeRights
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class RightsEnding(Notification):
    """Informs a former officer of the day on which the rights of the office end; once for each end."""

    rights: OfficeRights

    kind = "committee.rights-ending"
    verbose_name = gettext_lazy("End of the rights of an office")
    template = "emails/committee/rights_ending"
    subjects = (gettext_lazy("Your rights in the admin end on %(day)s"),)

    def recipients(self) -> list[Recipient]:
        user = self.rights.user
        key = f"{self.kind}:{self.rights.pk}:{self.rights.ends_on}"
        return [Recipient(user.email, key=key)] if user.is_active else []

    def subject(self) -> str:
        return self.subjects[0] % {"day": short_day(self.rights.ends_on)}

    def context(self) -> dict[str, Any]:
        return {"day": self.rights.ends_on, "url": absolute_url(reverse("accounts:home"))}

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]
