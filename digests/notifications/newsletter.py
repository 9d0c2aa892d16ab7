"""The mail of a newsletter, encoded once for all its readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cms.models import SiteConfiguration
from common.urls import absolute_url
from digests.blocks import paragraphs_of
from digests.models import Newsletter
from digests.models.tokens import unsubscribe_token
from digests.notifications.digest import list_headers
from digests.queries.audience import audience_of
from digests.queries.sources import page_url
from mailing.content import Filled, MailContent, SharedContent
from mailing.models import Message
from mailing.notifications import Drop, Writer
from mailing.rendering import render_mail


@dataclass(frozen=True)
class Part:
    """One block of a message, as its templates show it."""

    kind: str
    texts: Sequence[str]
    url: str = ""


def parts_of(newsletter: Newsletter) -> Iterator[Part]:
    """The blocks of `newsletter`; a button to a page that nobody can read any more is left out."""
    for block in newsletter.body:
        value = block.value
        match block.block_type:
            case "text":
                yield Part("text", paragraphs_of(value))
            case "points":
                yield Part("points", list(value))
            case "button":
                page = value["page"]
                if page is None or (page.live and not page.get_view_restrictions()):
                    yield Part("button", [value["label"]], page_url(page) if page else value["url"])
            case _:
                yield Part("heading", [value])


def write_newsletter(newsletter: Newsletter, *, token: str) -> MailContent:
    """The mail of `newsletter`, with `token` in its links."""
    configuration = SiteConfiguration.load()
    stop_url = absolute_url(reverse("digests:unsubscribe", kwargs={"token": token}))
    text, html = render_mail(
        "emails/newsletter",
        {
            "subject": newsletter.subject,
            "parts": list(parts_of(newsletter)),
            "stop_url": stop_url,
            **configuration.help_by_phone,
        },
    )
    return MailContent(
        subject=newsletter.subject, text=text, html=html, unsubscribe_url=stop_url, headers=list_headers()
    )


def render_newsletters(messages: Sequence[Message], *, now: datetime) -> Writer:
    """The `mail_renderer` of messages: encodes each once for all readers whose tokens are of one length.

    Who is not of the audience any more gets nothing.
    """
    found = Newsletter.objects.in_bulk({message.context["newsletter"] for message in messages})
    keys = {message.context["subscriber"] for message in messages}
    readers = {
        newsletter.pk: audience_of(newsletter, now=now).filter(pk__in=keys).in_bulk() for newsletter in found.values()
    }
    encoded: dict[tuple[int, int], SharedContent] = {}

    def write(message: Message) -> Filled | Drop:
        newsletter = found.get(message.context["newsletter"])
        if newsletter is None:
            return Drop(Message.State.CANCELLED, "the message is gone")
        reader = readers[newsletter.pk].get(message.context["subscriber"])
        if reader is None or reader.email != message.to_email:
            return Drop(Message.State.CANCELLED, "the reader stopped or moved")
        token = unsubscribe_token(reader)
        key = newsletter.pk, len(token)
        if key not in encoded:
            mark = "x" * len(token)
            encoded[key] = SharedContent(write_newsletter(newsletter, token=mark), mark)
        return encoded[key].filled(token)

    return write
