"""Mail about an office that begins, continues or is over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.handover.queries import Change
from committee.models import Mandate
from committee.models.office_rights import OFFICE_GROUP
from committee.permissions import COORDINATION, OFFICES
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class OfficeChanged(Notification):
    """Informs the holder of `mandate` on the day of the change; once for each day."""

    mandate: Mandate
    change: Change

    kind = "committee.office-changed"
    verbose_name = gettext_lazy("Beginning, renewal or end of an office")
    template = "emails/committee/office_changed"
    subjects = (
        gettext_lazy("Your office begins: %(role)s"),
        gettext_lazy("Your office continues: %(role)s"),
        gettext_lazy("Your office is over: %(role)s"),
    )

    @property
    def key(self) -> str:
        """Key of the mail in the outbox."""
        day = self.mandate.ends_on if self.change is Change.IS_OVER else self.mandate.starts_on
        return f"{self.kind}:{self.mandate.pk}:{self.change.name}:{day}"

    def recipients(self) -> list[Recipient]:
        user = self.mandate.member.user
        return [Recipient(user.email, key=self.key)] if user and user.is_active else []

    def subject(self) -> str:
        return self.subjects[self.change.value] % {"role": self.mandate.get_role_display()}

    def context(self) -> dict[str, Any]:
        user = cast("User", self.mandate.member.user)
        is_over = self.change is Change.IS_OVER
        reads_handover = not is_over and self.mandate.role in OFFICES
        return {
            "mandate": self.mandate,
            "role": self.mandate.get_role_display(),
            "is_over": is_over,
            "leads": self.mandate.role in COORDINATION,
            "has_rights": user.is_superuser or user.groups.filter(name=OFFICE_GROUP).exists(),
            "reads_handover": reads_handover,
            "url": absolute_url(reverse("committee:handover" if reads_handover else "accounts:home")),
        }

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]
