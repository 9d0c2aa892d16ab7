"""Mail to the operator of the site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext_lazy

from common.urls import absolute_url
from mailing.notifications import Notification, Recipient
from operations.models import Fault

# Maximum number of errors listed; further ones are counted.
MOST = 20


@dataclass(frozen=True)
class FaultsHappened(Notification):
    """Report of recent errors to the operator, each with its number of occurrences."""

    faults: Sequence[Fault]
    now: datetime

    kind = "operations.faults"
    verbose_name = gettext_lazy("Alert: errors of the site")
    template = "emails/faults"
    subjects = (ngettext_lazy("The site had %(count)d error", "The site had %(count)d errors", "count"),)

    def recipients(self) -> Iterator[Recipient]:
        """Yields the operator, with a key by second: two simultaneous ticks plan one mail."""
        yield Recipient(settings.OPERATOR_EMAIL, key=f"{self.kind}:{self.now:%Y%m%d%H%M%S}")

    def subject(self) -> str:
        count = sum(fault.untold for fault in self.faults)
        return self.subjects[0] % {"count": count}

    def context(self) -> dict[str, Any]:
        return {
            "faults": self.faults[:MOST],
            "more": len(self.faults[MOST:]),
            "url": absolute_url(reverse("site_state:index")),
        }
