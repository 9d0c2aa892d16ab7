"""Mail of a newsletter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from digests.blocks import paragraphs_of
from digests.models import NEWSLETTER, Newsletter, Subscriber
from digests.models.tokens import unsubscribe_token
from digests.notifications.digest import list_headers
from digests.queries.audience import audience_of
from digests.queries.items import page_url
from mailing.content import MailContent
from mailing.models import Batch, Message
from mailing.notifications import DeferredNotification, DropReason, Recipient, Writer


@dataclass(frozen=True)
class NewsletterBlock:
    """Block of a newsletter, in the form for the mail templates."""

    kind: str
    texts: Sequence[str]
    url: str = ""


def parts_of(newsletter: Newsletter) -> Iterator[NewsletterBlock]:
    """Yields the blocks of `newsletter`, without buttons to pages that are no longer public."""
    for block in newsletter.body:
        value = block.value
        match block.block_type:
            case "text":
                yield NewsletterBlock("text", paragraphs_of(value))
            case "points":
                yield NewsletterBlock("points", list(value))
            case "button":
                page = value["page"]
                if page is None or (page.live and not page.get_view_restrictions()):
                    yield NewsletterBlock("button", [value["label"]], page_url(page) if page else value["url"])
            case _:
                yield NewsletterBlock("heading", [value])


@dataclass(frozen=True)
class NewsletterMail(DeferredNotification):
    """Newsletter for one reader: its `parts`, and the `token` of the links. Dropped if the reader left the audience."""

    newsletter: Newsletter
    token: str
    parts: Sequence[NewsletterBlock]

    kind = NEWSLETTER
    verbose_name = gettext_lazy("Message to the readers of the letter")
    template = "emails/newsletter"

    @classmethod
    def plan_for(
        cls, newsletter: Newsletter, readers: Sequence[Subscriber], *, now: datetime, batch: Batch, expires_at: datetime
    ) -> None:
        """Enqueues the mails to `readers`."""
        recipients = [
            Recipient(
                reader.email,
                key=f"{cls.kind}:{newsletter.pk}:{reader.pk}",
                context={"newsletter": newsletter.pk, "subscriber": reader.pk},
            )
            for reader in readers
        ]
        cls.plan(recipients, now=now, batch=batch, expires_at=expires_at)

    def unsubscribe_url(self) -> str:
        return absolute_url(reverse("digests:unsubscribe", kwargs={"token": self.token}))

    def subject(self) -> str:
        return self.newsletter.subject

    def subject_line(self, subject: str) -> str:
        """Returns `subject` unchanged: an editor wrote it on one line, with its no-break spaces."""
        return subject

    def headers(self) -> dict[str, str]:
        return list_headers()

    def context(self) -> dict[str, Any]:
        return {"parts": self.parts, "stop_url": self.unsubscribe_url()}

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        newsletters = Newsletter.objects.in_bulk({message.context["newsletter"] for message in messages})
        keys = {message.context["subscriber"] for message in messages}
        readers = {
            newsletter.pk: audience_of(newsletter, now=now).filter(pk__in=keys).in_bulk()
            for newsletter in newsletters.values()
        }
        parts = {newsletter.pk: list(parts_of(newsletter)) for newsletter in newsletters.values()}

        def write(message: Message) -> MailContent | DropReason:
            newsletter = newsletters.get(message.context["newsletter"])
            if newsletter is None:
                return DropReason(Message.State.CANCELLED, "the message is gone")
            reader = readers[newsletter.pk].get(message.context["subscriber"])
            if reader is None or reader.email != message.to_email:
                return DropReason(Message.State.CANCELLED, "the reader stopped or moved")
            return cls(newsletter, unsubscribe_token(reader), parts[newsletter.pk]).content()

        return write
