"""Mail with the link that confirms a subscription."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from digests.models import Subscriber
from digests.models.tokens import CONFIRM_LIFE, DigestRequest, confirm_token
from mailing.models import Message
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class ConfirmationRequest(Notification):
    """Asks to confirm the digest, at most once an hour. The link starts it as described in `request`."""

    request: DigestRequest

    kind = "digest.confirm"
    verbose_name = gettext_lazy("Confirmation of a subscription")
    template = "emails/confirm_subscription"
    subjects = (gettext_lazy("Confirm that you want the letter of the committee"),)

    @classmethod
    def key_of(cls, reader: Subscriber, at: datetime) -> str:
        """Returns the key of the mail to `reader` of the hour of `at`."""
        return f"{cls.kind}:{reader.pk}:{at:%Y%m%d%H}"

    @classmethod
    def is_sent(cls, reader: Subscriber, at: datetime) -> bool:
        return Message.objects.filter(dedupe_key=cls.key_of(reader, at)).exists()

    def recipients(self) -> list[Recipient]:
        reader = self.request.subscriber
        return [Recipient(reader.email, key=self.key_of(reader, self.request.requested_at))]

    def expires_at(self, *, now: datetime) -> datetime:
        return now + CONFIRM_LIFE

    def context(self) -> dict[str, Any]:
        token = confirm_token(self.request)
        return {"url": absolute_url(reverse("digests:confirm", kwargs={"token": token}))}
