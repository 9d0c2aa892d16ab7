"""Mail with the link that confirms a subscription."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from digests.models.tokens import CONFIRM_LIFE, DigestRequest, confirm_token
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class ConfirmationRequest(Notification):
    """Asks to confirm the digest, at most once an hour. The link starts it as described in `request`."""

    request: DigestRequest

    kind = "digest.confirm"
    verbose_name = gettext_lazy("Confirmation of a subscription")
    template = "emails/confirm_subscription"
    subjects = (gettext_lazy("Confirm that you want the letter of the committee"),)

    def recipients(self) -> list[Recipient]:
        reader = self.request.subscriber
        return [Recipient(reader.email, key=f"{self.kind}:{reader.pk}:{self.request.requested_at:%Y%m%d%H}")]

    def expires_at(self, *, now: datetime) -> datetime:
        return now + CONFIRM_LIFE

    def context(self) -> dict[str, Any]:
        token = confirm_token(self.request)
        return {"url": absolute_url(reverse("digests:confirm", kwargs={"token": token}))}
