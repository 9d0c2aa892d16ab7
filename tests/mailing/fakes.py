"""A mail server in memory, and rows of the outbox."""

import datetime as dt

from mailing.content import MailContent
from mailing.models import Message
from mailing.services import Draft, enqueue_one, new_key
from mailing.transports import NoConnection

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class FakeTransport:
    """Takes every mail, unless `answers` says otherwise: an exception to raise for the next mail, None for "taken"."""

    def __init__(self, *answers, reachable=True):
        self.answers = list(answers)
        self.reachable = reachable
        self.taken = []
        self.opened = 0
        self.closed = 0

    def open(self):
        if not self.reachable:
            raise NoConnection("no connection: test")
        self.opened += 1

    def send(self, *, sender, recipient, data):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append((recipient, data))
        return 250

    def close(self):
        self.closed += 1


def make_message(to="odile@courriel.example", now=NOW, **content):
    """A pending row with a mail of its own."""
    draft = Draft(
        kind="test",
        to_email=to,
        dedupe_key=new_key("test"),
        content=MailContent(**{"subject": "Bonjour", "text": "Un texte.", **content}),
    )
    return Message.objects.get(pk=enqueue_one(draft=draft, now=now))
