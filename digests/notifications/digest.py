"""Writing a letter: its sections, its subject, its headers. The same rows give the same letter at any time."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format

from cms.models import SiteConfiguration
from committee.register.queries import Head
from common.templatetags.dates import in_paris, short_day
from common.urls import absolute_url
from digests.models import Delivery, Edition, EditorialWord, Frequency, Subscriber
from digests.models.frequencies import frequency_words, kind_of_mail
from digests.models.tokens import unsubscribe_token
from digests.queries.composition import compose, subject_of
from digests.queries.editorials import editorials_for
from digests.queries.layout import WORDS_A_MINUTE, Section
from digests.queries.register import heads_for
from mailing.content import MailContent, sender_domain
from mailing.models import Message
from mailing.notifications import Drop, Writer
from mailing.rendering import render_mail


def render_letters(messages: Sequence[Message], *, now: datetime) -> Writer:
    """The `mail_renderer` of letters: reads the deliveries of a slice and their items again, once for all of them.

    What is not public any more is left out; a reader who stopped, paused, moved or was erased gets nothing.
    """
    found = list(Delivery.objects.filter(message__in=messages).select_related("edition__word", "subscriber__user"))
    deliveries = {delivery.message_id: delivery for delivery in found}
    contents = dict(zip((delivery.message_id for delivery in found), compose(found, now=now), strict=True))
    words = dict(zip((delivery.message_id for delivery in found), editorials_for(found), strict=True))
    heads = dict(zip((delivery.message_id for delivery in found), heads_for(found), strict=True))
    configuration = SiteConfiguration.load()

    def write(message: Message) -> MailContent | Drop:
        delivery = deliveries.get(message.pk)
        if delivery is None:
            return Drop(Message.State.CANCELLED, "the reader is gone")
        subscriber = delivery.subscriber
        if not subscriber.is_reading or subscriber.email != message.to_email:
            return Drop(Message.State.CANCELLED, "the reader stopped or moved")
        if subscriber.is_paused(delivery.edition.period_key):
            return Drop(Message.State.CANCELLED, "the reader made a pause")
        if delivery.edition.status == Edition.Status.CANCELLED:
            return Drop(Message.State.CANCELLED, "the edition was cancelled")
        if not contents[message.pk]:
            return Drop(Message.State.SKIPPED_EMPTY, "nothing left to say")
        return write_letter(
            delivery=delivery,
            sections=contents[message.pk],
            configuration=configuration,
            word=words[message.pk],
            head=heads[message.pk],
            token=unsubscribe_token(subscriber),
        )

    return write


def write_letter(
    *,
    delivery: Delivery,
    sections: Sequence[Section],
    configuration: SiteConfiguration,
    token: str,
    word: EditorialWord | None = None,
    head: Head | None = None,
) -> MailContent:
    """Returns the letter of `delivery`: `word` at its top, then `sections`; `head` of the register at its foot.

    `token` is the one of its links.
    """
    subscriber = delivery.subscriber
    stop_url = absolute_url(reverse("digests:unsubscribe", kwargs={"token": token}))
    subject = subject_of(sections)
    archive = reverse("digests:archive", kwargs={"day": delivery.edition.period_key})
    text, html = render_mail(
        "emails/letter",
        {
            "subject": subject,
            "month": date_format(in_paris(delivery.edition.slot_at), "F Y"),
            "name": first_name(subscriber),
            "since": since(delivery),
            "minutes": reading_minutes(sections, word),
            "word": word,
            "sections": sections,
            "head": head,
            "register_url": absolute_url(reverse("committee:register")),
            "frequency": frequency_words(subscriber.frequency),
            "asked_on": subscriber.started_at,
            "stop_url": stop_url,
            "archive_url": absolute_url(archive),
            "change_url": absolute_url(
                reverse("digests:preferences")
                if subscriber.user_id
                else reverse("digests:less_often", kwargs={"token": token})
            ),
            **configuration.help_by_phone,
        },
    )
    return MailContent(
        subject=subject,
        text=text,
        html=html,
        unsubscribe_url=stop_url,
        headers=list_headers(),
    )


def list_headers() -> dict[str, str]:
    """What says to mail programs that a mail goes to the readers of the letter."""
    return {
        "List-Id": f"Lettre du comite <lettre.{sender_domain()}>",
        "List-Help": f"<{absolute_url(reverse('digests:unsubscribe_help'))}>",
    }


def reading_minutes(sections: Iterable[Section], word: EditorialWord | None = None) -> int:
    """How long the letter takes to read."""
    texts = [word.body] if word else []
    texts += [
        text
        for section in sections
        for line in section.lines
        for text in (section.heading, line.title, line.note, line.quote, line.why)
    ]
    return max(1, math.ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def first_name(subscriber: Subscriber) -> str:
    """How the reader is greeted; "" for who has no account."""
    return subscriber.user.public_name.split()[0] if subscriber.user and subscriber.user.public_name.strip() else ""


def since(delivery: Delivery) -> str:
    """« 1er octobre »: the day of the last letter, without the year."""
    return short_day(delivery.from_cursor).rpartition(" ")[0]


def letter_kinds() -> list[str]:
    """The kinds of mail that `render_letters` writes."""
    return [kind_of_mail(frequency) for frequency in Frequency.values]
