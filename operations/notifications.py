"""Mail to whoever looks after the site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from common.urls import absolute_url
from mailing.notifications import Notification, Recipient
from operations.models import Fault

# Further ones are counted.
MOST = 20


@dataclass(frozen=True)
class FaultsHappened(Notification):
    """Tells the operator of the errors of the last while, each once with how often it came."""

    faults: Sequence[Fault]
    now: datetime

    kind = "operations.faults"
    verbose_name = gettext_lazy("Alert: errors of the site")
    template = "emails/faults"

    def recipients(self) -> Iterator[Recipient]:
        """Once for the same moment: two ticks at a time plan one mail."""
        yield Recipient(settings.OPERATOR_EMAIL, key=f"{self.kind}:{self.now:%Y%m%d%H%M%S}")

    def subject(self) -> str:
        count = sum(fault.untold for fault in self.faults)
        return ngettext("The site had %(count)d error", "The site had %(count)d errors", count) % {"count": count}

    def context(self) -> dict[str, Any]:
        return {
            "faults": self.faults[:MOST],
            "more": len(self.faults[MOST:]),
            "url": absolute_url(reverse("site_state:index")),
        }
