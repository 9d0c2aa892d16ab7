"""Which drafts the person of a request may go on with: those of the account, and those whose keys the browser holds.

The session holds keys and nothing else. It outlives signing in and creating an account, where its drafts become the
account's: nothing is typed twice.
"""

import uuid
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import User
from participation.models import ProposalDraft
from participation.models.drafts import ProposalDraftQuerySet
from participation.services.drafts import adopt_drafts

KEYS = "proposal_drafts"
SENT_KEY = "proposal_sent"
# What an address says of the draft: its key, or that there shall be a new one.
PARAMETER, NEW = "brouillon", "nouveau"


def held_keys(session: SessionBase) -> list[str]:
    """Returns the keys that the browser holds, the one used last at the end."""
    return session.get(KEYS, [])


def hold(session: SessionBase, key: uuid.UUID) -> None:
    """Makes the draft `key` the one that addresses without a key mean. It renews the session too."""
    session[KEYS] = [*(one for one in held_keys(session) if one != str(key)), str(key)]


def let_go(session: SessionBase, key: uuid.UUID) -> None:
    """Forgets a draft that is sent or deleted."""
    if str(key) in held_keys(session):
        session[KEYS] = [one for one in held_keys(session) if one != str(key)]


def own_drafts(request: HttpRequest) -> ProposalDraftQuerySet:
    """Returns the drafts with which the person of `request` may go on, the latest first."""
    return ProposalDraft.objects.owned(request.user, held_keys(request.session))


def asked_draft(request: HttpRequest) -> ProposalDraft | None:
    """Returns the draft that the address names, else the one used last; an empty one where there is none.

    None when the address names one that is not there: it was sent or deleted, or it is somebody else's.
    """
    asked = request.GET.get(PARAMETER, "")
    if asked == NEW:
        return ProposalDraft()
    if asked:
        return named_draft(request, asked)
    latest = held_keys(request.session)[-1:]
    return own_drafts(request).filter(pk__in=latest).first() or ProposalDraft()


def named_draft(request: HttpRequest, key: str) -> ProposalDraft | None:
    """Returns the draft `key`, a text that came from outside, if the person of `request` may go on with it."""
    return own_drafts(request).filter(pk=parsed(key)).first()


def parsed(text: str) -> uuid.UUID | None:
    """Returns the key that `text` writes, None if it writes none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def adopt(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Gives the account the drafts that the browser held, at the moment of signing in (the signal `user_logged_in`)."""
    if keys := held_keys(request.session):
        adopt_drafts(user=user, held=keys)
