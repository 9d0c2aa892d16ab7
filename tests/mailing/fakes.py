"""In-memory mail server, and rows of the outbox."""

import datetime as dt

from mailing.content import MailContent
from mailing.models import Batch, Message
from mailing.notifications import DeferredNotification
from mailing.services import Draft, enqueue, new_key
from mailing.transports import NoConnection

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class FakeTransport:
    """Transport that accepts every mail. `answers` sets the next results: an exception to raise, None to accept."""

    # Number of mails after which the server becomes unreachable.
    stop_after = None

    def __init__(self, *answers, reachable=True):
        self.answers = list(answers)
        self.reachable = reachable
        self.asked = 0
        self.senders = []
        self.taken = []
        self.opened = 0
        self.closed = 0

    def open(self):
        if not self.reachable or self.asked == self.stop_after:
            raise NoConnection("no connection: test")
        self.opened += 1

    def send(self, *, sender, recipient, data):
        self.asked += 1
        self.senders.append(sender)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append((recipient, data))
        return 250

    def close(self):
        self.closed += 1


def deferred(writer, kind="letters"):
    """Returns a class of deferred mails, rendered by `writer` when sent."""
    fields = {"kind": kind, "verbose_name": "Lettres", "writer": staticmethod(writer)}
    return type("Letters", (DeferredNotification,), fields)


def make_message(to="odile@courriel.example", now=NOW, **content):
    """Returns a pending row with its own content."""
    draft = Draft(
        kind="test",
        to_email=to,
        dedupe_key=new_key("test"),
        content=MailContent(**{"subject": "Bonjour", "text": "Un texte.", **content}),
    )
    return Message.objects.get(pk=enqueue(drafts=[draft], now=now)[draft.dedupe_key])


def make_batch(count, kind="letters", now=NOW, batch=None, first=0):
    """Returns a batch of `count` rows, rendered when sent."""
    batch = batch or Batch.objects.create(kind=kind, label="La lettre", created_at=now)
    drafts = [
        Draft(kind=kind, to_email=f"p{n}@courriel.example", dedupe_key=f"{kind}:{batch.pk}:{n}")
        for n in range(first, first + count)
    ]
    enqueue(drafts=drafts, now=now, batch=batch)
    return batch
