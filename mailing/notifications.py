"""Mails of the site: one class per kind, which says whom it goes to, what it tells and whether it is still due.

An app writes a subclass of `Notification` for each of its mails and registers it with the hook
`register_notifications`. Nothing else puts a mail into the outbox, except Django's backend for what libraries send.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mailing.content import Attachment, MailContent
from mailing.hooks import registered_notifications
from mailing.models import Batch, Message
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue, new_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Recipient:
    """One recipient of a mail.

    With a `key` the mail is planned once, however often it is asked for. `context` is what the row of a
    `DeferredNotification` keeps to write the mail from.
    """

    email: str
    key: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


class Notification:
    """One mail, the same for all of its recipients. It is written when `send()` is called.

    `template` names a pair of templates, `<template>.txt` and `<template>.html`. `kind` is what the rows of the outbox
    keep, `verbose_name` how the admin names it.
    """

    kind: ClassVar[str]
    verbose_name: ClassVar["StrOrPromise"]
    template: ClassVar[str]

    def recipients(self) -> Iterable[Recipient]:
        """Returns whom the mail goes to; may be empty."""
        raise NotImplementedError

    def subject(self) -> str:
        """Returns the subject, in the language of the site."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Returns what the templates show, besides the subject."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """Returns headers of this mail alone."""
        return {}

    def reply_to(self) -> Sequence[str]:
        """Returns whom to answer; the contact address if it is empty."""
        return ()

    def unsubscribe_url(self) -> str:
        """Returns where a POST stops mails of this kind (RFC 8058); a list has one, a personal mail has none."""
        return ""

    def attachments(self) -> Sequence[Attachment]:
        """Returns the files that go with the mail."""
        return ()

    def expires_at(self, *, now: datetime) -> datetime | None:
        """Returns when the mail is of no use any more; after two days if None."""
        return None

    def subject_line(self, subject: str) -> str:
        """Returns `subject` as a header: one line, even if a name or a title was pasted on two."""
        return " ".join(subject.split())

    def content(self) -> MailContent:
        """Writes the mail."""
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
        """Puts the mail into the outbox, in the caller's transaction; returns the row of each recipient's key.

        A recipient whose key is known gets no second mail.
        """
        recipients = list(self.recipients())
        if not recipients:
            return {}
        return _put(self.kind, recipients, self.content(), now=now, batch=batch, expires_at=self.expires_at(now=now))


@dataclass(frozen=True)
class Drop:
    """Why a mail is not due any more when it should leave: `state` is CANCELLED or SKIPPED_EMPTY."""

    state: Message.State
    reason: str


Writer = Callable[[Message], "MailContent | Drop"]


class DeferredNotification(Notification):
    """A mail that is written when it leaves, from the context of its row, and only if it is still due.

    `plan()` makes the rows, `writer()` writes their mails: an instance is one of these.
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
        """Puts a row for each of `recipients` into the outbox, as `send()` does."""
        return _put(cls.kind, recipients, None, now=now, batch=batch, expires_at=expires_at) if recipients else {}

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        """Does the queries that `messages` share, once per slice; returns what writes each of them, or drops it.

        What `writer` raises puts the slice off; what the returned function raises fails that row only.
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
        Draft(kind=kind, to_email=one.email, dedupe_key=one.key or new_key(kind), content=content, context=one.context)
        for one in recipients
    ]
    return enqueue(drafts=drafts, now=now, batch=batch, expires_at=expires_at)


class LibraryMail(Notification):
    """A mail that a library writes and sends through Django's backend: the class gives it a name, and no more."""


class OtherLibraryMail(LibraryMail):
    """What Wagtail or Django sends without saying what it is."""

    kind = "library"
    verbose_name = _("Notice of Wagtail or Django")


class FormerSiteMail(LibraryMail):
    """What rows say that were sent before each kind had a name."""

    kind = "site"
    verbose_name = _("E-mail of the site")


def kinds() -> dict[str, type[Notification]]:
    """Returns the registered classes by kind."""
    return {one.kind: one for one in registered_notifications()}


def deferred_writers() -> dict[str, Callable[..., Writer]]:
    """Returns what writes the mails of each kind that is written when it leaves."""
    return {kind: one.writer for kind, one in kinds().items() if issubclass(one, DeferredNotification)}


def name_of_kind(kind: str) -> str:
    """Returns how the admin names `kind`, also a former one that no class has any more."""
    return str(kinds().get(kind, FormerSiteMail).verbose_name)
