"""The proposal that a person is writing, kept in the session until it is sent.

The session outlives signing in and creating an account, so nothing is typed twice.
"""

import uuid
from dataclasses import asdict, dataclass, field
from typing import Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

DRAFT_KEY = "proposal_draft"
SENT_KEY = "proposal_sent"
# How long the pages promise to keep a draft.
DRAFT_DAYS = settings.SESSION_COOKIE_AGE // 86_400


@dataclass
class Draft:
    """What was answered so far. `key` makes sending it twice the same as sending it once."""

    title: str = ""
    problem: str = ""
    body: str = ""
    call: int | None = None
    topic: int | None = None
    district: str = ""
    has_subject: bool = False
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def of(cls, session: SessionBase) -> Self:
        """Returns the draft of the session, an empty one if there is none."""
        return cls(**session.get(DRAFT_KEY, {}))

    def save(self, session: SessionBase) -> None:
        session[DRAFT_KEY] = asdict(self)

    @property
    def has_idea(self) -> bool:
        return bool(self.title)


def forget(session: SessionBase, sent: int) -> None:
    """Drops the draft that became the proposal number `sent`, and remembers the number for the thank-you page."""
    session.pop(DRAFT_KEY, None)
    session[SENT_KEY] = sent
