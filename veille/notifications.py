"""Mails of the watch: answers to suggested examples."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.hooks import opted_out
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient
from veille.models import ReadingItem, VeilleEntryPage


@dataclass(frozen=True)
class SuggestionAnswered(Notification):
    """Informs the author of the suggestion `item`, once, that it is published as `entry` or why it was set aside.

    Not sent to users who refuse e-mail: the page of their suggestions shows the same.
    """

    item: ReadingItem
    entry: VeilleEntryPage | None

    kind = "veille.suggestion-answered"
    verbose_name = gettext_lazy("What became of a suggested example")
    template = "emails/veille/suggestion_answered"
    subjects = PUBLISHED, SET_ASIDE = (
        gettext_lazy("The example that you suggested is published"),
        gettext_lazy("The example that you suggested was not kept"),
    )

    def recipients(self) -> list[Recipient]:
        user = self.item.suggested_by
        if user is None or not user.is_active or user.pk in opted_out([user.pk]):
            return []
        return [Recipient(user.email, key=f"{self.kind}:{self.item.pk}")]

    def subject(self) -> str:
        if self.entry:
            return str(self.PUBLISHED)
        return str(self.SET_ASIDE)

    def context(self) -> dict[str, Any]:
        return {
            "title": self.item.title,
            "url": absolute_url(self.entry.get_url() or "") if self.entry else "",
            "reason": self.item.get_reason_display(),
        }
