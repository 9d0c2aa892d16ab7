"""Environment of the acts: users and time of the demonstration, and the mails sent by an act."""

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
    """Demonstration at the moment of its loading."""

    now: datetime

    def user(self, key: str) -> User:
        """Returns the user whose e-mail address begins with `key`."""
        return User.objects.get(email__startswith=f"{key}@")

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


# Returns the recipient, or the mail itself if it is not sent.
Act = Callable[[Stage], str | Preview]


class Collected:
    """Transport that collects all mails without sending them."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []

    def open(self) -> None:
        """Does nothing."""

    def send(self, *, sender: str, recipient: str, data: bytes) -> int:
        self.mails.append((recipient, data))
        return 250

    def close(self) -> None:
        """Does nothing."""


def sent(now: datetime) -> list[tuple[str, bytes]]:
    """Returns recipient and content of each mail sent at `now`, in order."""
    collected = Collected()
    drain(max_seconds=600, clock=lambda: now, transport=collected, rate=Pace())
    return collected.mails


def play(act: Act, stage: Stage) -> bytes:
    """Plays one act, returns its mail as sent over the wire, and rolls the act back.

    Raises LookupError if the act sent no mail.
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
    """Plays `acts` on the demonstration loaded at `now`; returns name → mail."""
    # Mails of the demonstration itself are sent first.
    sent(now)
    stage = Stage(now)
    return {name: play(act, stage) for name, act in acts.items()}


def read(raw: bytes) -> EmailMessage:
    """Parses a mail."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(raw: bytes, kind: str) -> str:
    """Returns the text ("plain") or HTML ("html") part of a mail. Raises LookupError if there is none."""
    body = read(raw).get_body((kind,))
    if body is None:
        raise LookupError(f"no {kind} part")
    return body.get_content()
