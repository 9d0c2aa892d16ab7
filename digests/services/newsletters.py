"""Messages of the editors to readers of the letter: who gets them, when, and what they say.

Only who gets the letter gets a message, so an unsubscription stops both. A message is one batch of the outbox, with a
key for each person: planning it twice, or again after a kill, adds nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.models import SiteConfiguration
from common.urls import absolute_url
from digests.blocks import paragraphs_of
from digests.models import NEWSLETTER, Newsletter, Subscriber, SubscriberQuerySet
from digests.models.tokens import unsubscribe_token
from digests.notifications.digest import list_headers
from digests.queries.sources import page_url
from digests.services.previews import NO_TOKEN, Preview
from mailing.content import Filled, MailContent, SharedContent, sender_domain
from mailing.models import Batch, Message
from mailing.notifications import Drop, Writer
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue
from polls.queries.electorate import members_at

# Later than this it is of no use: a message that waited for a site that was down is cancelled.
LIFE = timedelta(days=3)
PAGE = 500

Audience, Status = Newsletter.Audience, Newsletter.Status


class NewsletterError(Exception):
    """Why a message cannot be sent or taken back now, as a sentence for who tried."""


def audience_of(newsletter: Newsletter, *, now: datetime) -> SubscriberQuerySet:
    """The readers to whom `newsletter` goes at `now`: they get the letter, and made no pause."""
    readers = Subscriber.objects.active().exclude(paused_until__gt=timezone.localdate(now))
    match newsletter.audience:
        case Audience.MEMBERS:
            return readers.filter(user__in=members_at(now))
        case Audience.TOPIC:
            return readers.filter(topics=newsletter.topic_id) if newsletter.topic_id else readers.none()
        case _:
            return readers


# --- Acts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def schedule(*, newsletter: Newsletter, actor: Any, now: datetime, send_at: datetime | None = None) -> Newsletter:
    """Sends `newsletter` at `send_at`, or as soon as the next tick comes. The log keeps who did.

    Raises `NewsletterError` for one that is no draft any more, or would reach nobody.
    """
    newsletter = _locked(newsletter)
    if not newsletter.is_draft:
        raise NewsletterError(_("This message is already scheduled or sent."))
    if not audience_of(newsletter, now=now).exists():
        raise NewsletterError(_("Nobody would get this message. Choose other readers."))
    newsletter.status, newsletter.send_at = Status.SCHEDULED, max(send_at or now, now)
    newsletter.save(update_fields=["status", "send_at"])
    data = {"audience": newsletter.audience, "topic": newsletter.topic_id, "send_at": newsletter.send_at.isoformat()}
    log(newsletter, "digests.schedule", user=actor, data=data)
    return newsletter


@transaction.atomic
def unschedule(*, newsletter: Newsletter, actor: Any) -> Newsletter:
    """Makes a scheduled message a draft again. Raises `NewsletterError` once it has begun to leave."""
    newsletter = _locked(newsletter)
    if newsletter.is_draft or not newsletter.has_not_left:
        raise NewsletterError(_("This message does not wait for its date any more."))
    newsletter.status, newsletter.send_at = Status.DRAFT, None
    newsletter.save(update_fields=["status", "send_at"])
    log(newsletter, "digests.unschedule", user=actor)
    return newsletter


def plan_newsletters(*, now: datetime) -> int:
    """Puts the messages that are due into the outbox; returns how many mails were planned. Idempotent."""
    due = Newsletter.objects.filter(status=Status.SCHEDULED, send_at__lte=now).order_by("send_at", "pk")
    return sum(_plan(newsletter, now) for newsletter in due)


def _plan(newsletter: Newsletter, now: datetime) -> int:
    """Plans page after page, each in one transaction; after a kill it begins again, and finds the rows there."""
    after, planned = 0, 0
    while True:
        with transaction.atomic():
            newsletter = _locked(newsletter)
            if newsletter.status != Status.SCHEDULED or newsletter.send_at is None:
                return planned
            if now >= newsletter.send_at + LIFE:
                newsletter.status, newsletter.status_reason = Status.CANCELLED, "late"
                newsletter.save(update_fields=["status", "status_reason"])
                log(newsletter, "digests.late")
                return planned
            readers = list(
                audience_of(newsletter, now=now)
                .filter(pk__gt=after)
                .select_for_update(of=("self",))
                .order_by("pk")[:PAGE]
            )
            if not readers:
                newsletter.status = Status.PLANNED
                newsletter.save(update_fields=["status"])
                return planned
            enqueue(
                drafts=[_draft(newsletter, reader) for reader in readers],
                now=now,
                batch=_batch_of(newsletter, now),
                expires_at=newsletter.send_at + LIFE,
            )
            after, planned = readers[-1].pk, planned + len(readers)


def _draft(newsletter: Newsletter, reader: Subscriber) -> Draft:
    return Draft(
        kind=NEWSLETTER,
        to_email=reader.email,
        dedupe_key=f"{NEWSLETTER}:{newsletter.pk}:{reader.pk}",
        context={"newsletter": newsletter.pk, "subscriber": reader.pk},
    )


def _batch_of(newsletter: Newsletter, now: datetime) -> Batch:
    if newsletter.batch is None:
        newsletter.batch = Batch.objects.create(kind=NEWSLETTER, label=newsletter.subject, created_at=now)
        newsletter.save(update_fields=["batch"])
    return newsletter.batch


def _locked(newsletter: Newsletter) -> Newsletter:
    return Newsletter.objects.select_for_update().get(pk=newsletter.pk)


# --- Writing -------------------------------------------------------------------------------------------------------


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


def preview_of(newsletter: Newsletter) -> Preview:
    """The message as a reader gets it; its links are those of nobody."""
    return Preview(f"exemple@{sender_domain()}", write_newsletter(newsletter, token=NO_TOKEN))


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
