"""Stage of the acts: the people and the moment of the demonstration, and what leaves after an act."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.db import transaction

from accounts.models import User
from digests.services.previews import Preview
from mailing.drain import drain
from mailing.pace import Pace


@dataclass(frozen=True)
class Stage:
    """The demonstration at the moment at which it was loaded."""

    now: datetime

    def person(self, key: str) -> User:
        """The account whose address begins with `key`."""
        return User.objects.get(email__startswith=f"{key}@")

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


# Returns to whom the mail goes, or the mail itself when nothing of it is sent.
Act = Callable[[Stage], str | Preview]


class Collected:
    """A transport that takes everything and sends nothing."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []

    def open(self) -> None:
        """There is nothing to open."""

    def send(self, *, sender: str, recipient: str, data: bytes) -> int:
        self.mails.append((recipient, data))
        return 250

    def close(self) -> None:
        """There is nothing to close."""


def sent(now: datetime) -> list[tuple[str, bytes]]:
    """Returns the mails that leave the outbox at `now`, each with its recipient, in their order."""
    collected = Collected()
    drain(max_seconds=600, clock=lambda: now, transport=collected, turns=Pace())
    return collected.mails


def play(act: Act, stage: Stage) -> bytes:
    """Plays one act, returns its mail as it would go over the wire, and makes undone what the act did.

    Raises LookupError if the act wrote to nobody.
    """
    with transaction.atomic():
        outcome = act(stage)
        if isinstance(outcome, Preview):
            found = [outcome.source]
        else:
            found = [data for to, data in sent(stage.now) if to == outcome]
        transaction.set_rollback(True)
    if not found or not found[-1]:
        raise LookupError(f"{act.__name__} wrote no mail.")
    return found[-1]


def play_all(acts: dict[str, Act], *, now: datetime) -> dict[str, bytes]:
    """Plays all of `acts` on the demonstration that was loaded at `now`; returns name → mail."""
    # What the demonstration itself wrote leaves first.
    sent(now)
    stage = Stage(now)
    return {name: play(act, stage) for name, act in acts.items()}


def read(raw: bytes) -> EmailMessage:
    """The mail as a mail program reads it."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(raw: bytes, kind: str) -> str:
    """The text ("plain") or HTML ("html") part of a mail. Raises LookupError if there is none."""
    body = read(raw).get_body((kind,))
    if body is None:
        raise LookupError(f"no {kind} part")
    return body.get_content()
