"""Mail that asks to confirm a subscription."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from digests.models import Subscriber
from digests.models.tokens import CONFIRM_LIFE, confirm_token
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class ConfirmationRequest(Notification):
    """Asks whether the digest is wanted, once an hour at most.

    The link starts it at `frequency`, with `topics` followed.
    """

    subscriber: Subscriber
    frequency: str
    topics: Iterable[int]
    asked_at: datetime

    kind = "digest.confirm"
    verbose_name = gettext_lazy("Confirmation of a subscription")
    template = "emails/confirm_subscription"

    def recipients(self) -> list[Recipient]:
        key = f"{self.kind}:{self.subscriber.pk}:{self.asked_at:%Y%m%d%H}"
        return [Recipient(self.subscriber.email, key=key)]

    def expires_at(self, *, now: datetime) -> datetime:
        return now + CONFIRM_LIFE

    def subject(self) -> str:
        return _("Confirm that you want the letter of the committee")

    def context(self) -> dict[str, Any]:
        token = confirm_token(self.subscriber, self.frequency, self.topics)
        return {"url": absolute_url(reverse("digests:confirm", kwargs={"token": token}))}
