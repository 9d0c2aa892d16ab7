"""Django e-mail backend that writes the mails of libraries (allauth, Wagtail, Django) to the outbox."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from mailing.content import MailContent
from mailing.notifications import OtherLibraryMail
from mailing.services import Draft, enqueue, new_key


class OutboxBackend(BaseEmailBackend):
    """Value of `EMAIL_BACKEND`. Writes a row per recipient in the caller's transaction: a rollback discards the mail.

    A message can have two attributes: `mail_kind` (the kind of a `LibraryMail`, such as "account.login_code") and
    `mail_life` (a `timedelta` after which it expires unsent, such as the validity of a code). A mail that cannot be
    built raises an error, whatever `fail_silently` is, so that it is not lost unnoticed.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        count = 0
        for message in email_messages:
            recipients = message.recipients()
            if not recipients:
                continue
            kind = getattr(message, "mail_kind", OtherLibraryMail.kind)
            life: timedelta | None = getattr(message, "mail_life", None)
            content = MailContent.from_email_message(message)
            drafts = [Draft(kind=kind, to_email=to, dedupe_key=new_key(kind), content=content) for to in recipients]
            enqueue(drafts=drafts, now=now, expires_at=now + life if life else None)
            count += 1
        return count
