"""Mails of the site: one class per kind, with recipients, content, and whether it is still due.

An app writes a subclass of `Notification` for each of its mails and registers it with the hook
`register_notifications`. Only these classes and Django's e-mail backend, for libraries, write to the outbox.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from mailing.content import Attachment, MailContent
from mailing.hooks import REGISTER_NOTIFICATIONS
from mailing.models import Batch, Message
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue, new_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Recipient:
    """Recipient of a mail.

    A mail with a `key` is planned only once. `context` is stored in the row of a `DeferredNotification`, to write the
    mail.
    """

    email: str
    key: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


class Notification:
    """Mail with the same content for all recipients, written when `send()` is called.

    `template` names a pair of templates, `<template>.txt` and `<template>.html`. `kind` is stored in the outbox;
    `verbose_name` and `subjects` are shown in the admin. `subjects` are the possible subjects with their placeholders,
    empty if the mail takes its subject from its content.
    """

    kind: ClassVar[str]
    verbose_name: ClassVar["StrOrPromise"]
    template: ClassVar[str]
    subjects: ClassVar[Sequence["StrOrPromise"]] = ()

    def recipients(self) -> Iterable[Recipient]:
        """Returns the recipients; may be empty."""
        raise NotImplementedError

    def subject(self) -> str:
        """Returns the subject, in the language of the site: the only one of `subjects`, if it has no placeholder."""
        return str(self.subjects[0])

    def context(self) -> dict[str, Any]:
        """Returns the context of the templates, without the subject."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """Returns additional headers."""
        return {}

    def reply_to(self) -> Sequence[str]:
        """Returns the reply-to addresses; if empty, the contact address is used."""
        return ()

    def unsubscribe_url(self) -> str:
        """Returns the URL where a POST stops mails of this kind (RFC 8058); "" for personal mails."""
        return ""

    def attachments(self) -> Sequence[Attachment]:
        """Returns the attachments."""
        return ()

    def expires_at(self, *, now: datetime) -> datetime | None:
        """Returns the time after which the mail is not sent; None for two days after `now`."""
        return None

    def subject_line(self, subject: str) -> str:
        """Returns `subject` on one line, even if a name or title contains line breaks."""
        return " ".join(subject.split())

    def content(self) -> MailContent:
        """Renders the mail."""
        with translation.override(settings.LANGUAGE_CODE):
            subject = self.subject()
            text, html = render_mail(self.template, {"subject": subject, **self.context()})
            return MailContent(
                subject=self.subject_line(subject),
                text=text,
                html=html,
                reply_to=self.reply_to(),
                headers=self.headers(),
                attachments=self.attachments(),
                unsubscribe_url=self.unsubscribe_url(),
            )

    def send(self, *, now: datetime, batch: Batch | None = None) -> dict[str, int]:
        """Adds the mail to the outbox in the caller's transaction; returns the primary keys of rows by recipient key.

        A recipient whose key already exists gets no second mail.
        """
        recipients = list(self.recipients())
        if not recipients:
            return {}
        return _put(self.kind, recipients, self.content(), now=now, batch=batch, expires_at=self.expires_at(now=now))


def send_new(mails: Iterable[Notification], *, now: datetime) -> int:
    """Sends the `mails` with a recipient whose key is not in the outbox yet; returns their number.

    For jobs of the tick, which find the same occasions again and again: one query if all mails are known.
    """
    keyed = [(mail, {recipient.key for recipient in mail.recipients()}) for mail in mails]
    keys = set[str]().union(*(own for _mail, own in keyed))
    known = set(Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    return sum(bool(mail.send(now=now)) for mail, own in keyed if own - known)


@dataclass(frozen=True)
class DropReason:
    """Reason to drop a mail that is no longer due; `state` is CANCELLED or SKIPPED_EMPTY."""

    state: Message.State
    reason: str


Writer = Callable[[Message], "MailContent | DropReason"]


class DeferredNotification(Notification):
    """Mail written when it is sent, from the context of its row, and only if it is still due.

    `plan()` creates the rows, `writer()` returns the function that writes their mails.
    """

    @classmethod
    def plan(
        cls,
        recipients: Sequence[Recipient],
        *,
        now: datetime,
        batch: Batch | None = None,
        expires_at: datetime | None = None,
    ) -> dict[str, int]:
        """Adds a row per recipient to the outbox, as `send()` does."""
        return _put(cls.kind, recipients, None, now=now, batch=batch, expires_at=expires_at) if recipients else {}

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        """Does the queries shared by `messages`, once per slice; returns a function that writes or drops each of them.

        An error raised by `writer` postpones the slice; one raised by the returned function fails its row only.
        """
        raise NotImplementedError


def _put(
    kind: str,
    recipients: Sequence[Recipient],
    content: MailContent | None,
    *,
    now: datetime,
    batch: Batch | None,
    expires_at: datetime | None,
) -> dict[str, int]:
    drafts = [
        Draft(
            kind=kind,
            to_email=recipient.email,
            dedupe_key=recipient.key or new_key(kind),
            content=content,
            context=recipient.context,
        )
        for recipient in recipients
    ]
    return enqueue(drafts=drafts, now=now, batch=batch, expires_at=expires_at)


class LibraryMail(Notification):
    """Mail written by a library and sent through Django's backend; the class only gives it a name."""


class OtherLibraryMail(LibraryMail):
    """Mail of Wagtail or Django without a kind."""

    kind = "library"
    verbose_name = _("Notice of Wagtail or Django")


class FormerSiteMail(LibraryMail):
    """Kind of rows created before each mail had a kind."""

    kind = "site"
    verbose_name = _("E-mail of the site")


def kinds() -> dict[str, type[Notification]]:
    """Returns the classes that the apps register, by kind."""
    return {
        notification_class.kind: notification_class
        for register in hooks.get_hooks(REGISTER_NOTIFICATIONS)
        for notification_class in register()
    }


def deferred_writers() -> dict[str, Callable[..., Writer]]:
    """Returns the `writer` of each kind of deferred mail."""
    return {
        kind: notification_class.writer
        for kind, notification_class in kinds().items()
        if issubclass(notification_class, DeferredNotification)
    }


def name_of_kind(kind: str) -> str:
    """Returns the name of `kind` in the admin, even for a kind that no longer exists."""
    return str(kinds().get(kind, FormerSiteMail).verbose_name)
