"""Alerts about the outbox, sent to the contact address before any batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from mailing.hooks import contact_address
from mailing.models import Batch
from mailing.notifications import Notification, Recipient


@dataclass(frozen=True)
class BatchPaused(Notification):
    """Alert that `batch` was paused; not repeated when a retry pauses it again."""

    batch: Batch
    pause_reason: Batch.PauseReason

    kind = "mailing.alert"
    verbose_name = gettext_lazy("Alert: a sending is paused")
    template = "emails/batch_paused"
    subjects = (gettext_lazy("The sending of “%(label)s” is paused"),)

    def recipients(self) -> Iterator[Recipient]:
        since = f"{self.batch.resumed_at:%Y%m%d%H%M%S}" if self.batch.resumed_at else "start"
        if email := contact_address():
            yield Recipient(email, key=f"{self.kind}:{self.batch.pk}:{self.pause_reason}:{since}")

    def subject(self) -> str:
        return self.subjects[0] % {"label": self.batch.label}

    def context(self) -> dict[str, Any]:
        return {
            "batch": self.batch,
            "pause_reason": self.pause_reason.label,
            "resumes_itself": self.pause_reason == Batch.PauseReason.TEMPORARY,
            "url": absolute_url(reverse("lots_modeladmin_inspect", args=[self.batch.pk])),
        }
