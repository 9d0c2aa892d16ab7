"""Mails written and not sent yet, in the order of writing; deferred mails have no text yet."""

from collections.abc import Sequence

from django.core.mail import EmailMultiAlternatives

from mailing.content import MailContent
from mailing.models import Message


class Outbox(Sequence):
    """Sequence of the mails of the outbox, like Django's `mail.outbox` for its backend for tests."""

    def __getitem__(self, index):
        return [as_mail(row) for row in self.rows()][index]

    def __len__(self):
        return self.rows().count()

    def __eq__(self, other):
        return list(self) == other

    def __repr__(self):
        return repr([(mail.subject, mail.to) for mail in self])

    @staticmethod
    def rows():
        return Message.objects.filter(payload__isnull=False).order_by("pk")

    def clear(self):
        self.rows().delete()


def as_mail(row):
    content = MailContent.from_payload(row.payload)
    mail = EmailMultiAlternatives(content.subject, content.text, to=[row.to_email])
    mail.attach_alternative(content.html, "text/html")
    return mail


def code_for(email: str) -> str:
    """Returns the code of the latest mail to `email` in the outbox."""
    message = Message.objects.filter(to_email=email).latest("pk")
    return next(word for word in message.payload["text"].split() if word.isdigit() and len(word) == 6)


outbox = Outbox()
