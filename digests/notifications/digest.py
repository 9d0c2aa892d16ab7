"""Mail of the digest. Deterministic: the same rows give the same digest at any time."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from committee.register.queries import RegisterHead
from common.templatetags.dates import in_city_time, short_day
from common.urls import absolute_url
from digests.models import Delivery, Edition, EditorialWord, Frequency, Subscriber
from digests.models.frequencies import frequency_words, kind_of_mail
from digests.models.tokens import unsubscribe_token
from digests.queries.composition import compose, subject_of
from digests.queries.editorials import editorials_for
from digests.queries.layout import WORDS_A_MINUTE, Section
from digests.queries.register import register_heads
from mailing.content import MailContent, sender_domain
from mailing.models import Message
from mailing.notifications import DeferredNotification, DropReason, Notification, Recipient, Writer


@dataclass(frozen=True)
class Digest(DeferredNotification):
    """Digest of one reader:

    `sections`, the `editorial` at the top, the `head` of the register at the bottom. `token` is the one of its
    links. Content that is no longer public at sending is left out; a reader who stopped, paused, changed address or
    was erased gets nothing.
    """

    delivery: Delivery
    sections: Sequence[Section]
    token: str
    editorial: EditorialWord | None = None
    head: RegisterHead | None = None

    template = "emails/digest"

    def unsubscribe_url(self) -> str:
        return absolute_url(reverse("digests:unsubscribe", kwargs={"token": self.token}))

    def subject(self) -> str:
        return subject_of(self.sections)

    def headers(self) -> dict[str, str]:
        return list_headers()

    def context(self) -> dict[str, Any]:
        subscriber, edition = self.delivery.subscriber, self.delivery.edition
        change_url = (
            reverse("digests:preferences")
            if subscriber.user_id
            else reverse("digests:less_often", kwargs={"token": self.token})
        )
        return {
            "month": date_format(in_city_time(edition.slot_at), "F Y"),
            "name": first_name(subscriber),
            "since": since(self.delivery),
            "minutes": reading_minutes(self.sections, self.editorial),
            "editorial": self.editorial,
            "sections": self.sections,
            "head": self.head,
            "register_url": absolute_url(reverse("committee:register")),
            "frequency": frequency_words(subscriber.frequency),
            "asked_on": subscriber.started_at,
            "stop_url": self.unsubscribe_url(),
            "archive_url": absolute_url(reverse("digests:archive", kwargs={"day": edition.period_key})),
            "change_url": absolute_url(change_url),
        }

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        planned = list(
            Delivery.objects.filter(message__in=messages).select_related("edition__word", "subscriber__user")
        )
        keys = [delivery.message_id for delivery in planned]
        deliveries = dict(zip(keys, planned, strict=True))
        contents = dict(zip(keys, compose(planned, now=now), strict=True))
        editorials = dict(zip(keys, editorials_for(planned), strict=True))
        registers = dict(zip(keys, register_heads(planned), strict=True))

        def write(message: Message) -> MailContent | DropReason:
            delivery = deliveries.get(message.pk)
            if delivery is None:
                return DropReason(Message.State.CANCELLED, "the reader is gone")
            subscriber = delivery.subscriber
            if not subscriber.is_reading or subscriber.email != message.to_email:
                return DropReason(Message.State.CANCELLED, "the reader stopped or moved")
            if subscriber.is_paused(delivery.edition.period_key):
                return DropReason(Message.State.CANCELLED, "the reader made a pause")
            if delivery.edition.status == Edition.Status.CANCELLED:
                return DropReason(Message.State.CANCELLED, "the edition was cancelled")
            sections = contents[message.pk]
            if not sections:
                return DropReason(Message.State.SKIPPED_EMPTY, "nothing left to say")
            token = unsubscribe_token(subscriber)
            return cls(delivery, sections, token, editorials[message.pk], registers[message.pk]).content()

        return write


class MonthlyDigest(Digest):
    kind = kind_of_mail(Frequency.MONTHLY)
    verbose_name = gettext_lazy("Monthly letter")


class WeeklyDigest(Digest):
    kind = kind_of_mail(Frequency.WEEKLY)
    verbose_name = gettext_lazy("Weekly letter")


class DailyDigest(Digest):
    kind = kind_of_mail(Frequency.DAILY)
    verbose_name = gettext_lazy("Daily letter")


DIGESTS: dict[str, type[Digest]] = {
    Frequency.MONTHLY: MonthlyDigest,
    Frequency.WEEKLY: WeeklyDigest,
    Frequency.DAILY: DailyDigest,
}


@dataclass(frozen=True)
class Trial(Notification):
    """Test of a mail to readers, sent to the editor: without edition, and without unsubscribe headers."""

    user: User
    tried: MailContent

    kind = "digest.trial"
    verbose_name = gettext_lazy("Trial of the letter")
    template = Digest.template

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    def content(self) -> MailContent:
        subject = _("[Trial] %(subject)s") % {"subject": self.tried.subject}
        return replace(self.tried, subject=subject, unsubscribe_url="", headers={})


def list_headers() -> dict[str, str]:
    """Returns the headers that identify a mail to the readers of the digest."""
    return {
        "List-Id": f"Lettre du comite <lettre.{sender_domain()}>",
        "List-Help": f"<{absolute_url(reverse('digests:unsubscribe_help'))}>",
    }


def reading_minutes(sections: Iterable[Section], editorial: EditorialWord | None = None) -> int:
    """Returns the reading time of the digest in minutes, at least one."""
    texts = [editorial.body] if editorial else []
    texts += [
        text
        for section in sections
        for line in section.lines
        for text in (section.heading, line.title, line.note, line.quote, line.reason)
    ]
    return max(1, math.ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def first_name(subscriber: Subscriber) -> str:
    """Returns the name for the greeting; "" for a reader without an account."""
    return subscriber.user.public_name.split()[0] if subscriber.user and subscriber.user.public_name.strip() else ""


def since(delivery: Delivery) -> str:
    """Returns « 1er octobre », the day of the last digest, without the year."""
    return short_day(delivery.from_cursor).rpartition(" ")[0]
