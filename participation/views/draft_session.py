"""Drafts that the person of a request may continue: those of the account, and those whose keys the session holds.

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
# What a URL says of the draft: its key, or that there shall be a new one.
PARAMETER, NEW = "brouillon", "nouveau"


def draft_keys(session: SessionBase, what: str = KEYS) -> list[str]:
    """Returns the keys of drafts that the session holds, the one used last at the end; `what` names another kind."""
    return session.get(what, [])


def remember_draft(session: SessionBase, key: uuid.UUID, what: str = KEYS) -> None:
    """Makes the draft `key` the one that URLs without a key mean. It renews the session too."""
    session[what] = [*(one for one in draft_keys(session, what) if one != str(key)), str(key)]


def forget_draft(session: SessionBase, key: uuid.UUID, what: str = KEYS) -> None:
    """Forgets a draft that is sent or deleted."""
    if str(key) in draft_keys(session, what):
        session[what] = [one for one in draft_keys(session, what) if one != str(key)]


def own_drafts(request: HttpRequest) -> ProposalDraftQuerySet:
    """Returns the drafts that the person of `request` may continue, the latest first."""
    return ProposalDraft.objects.owned(request.user, draft_keys(request.session))


def requested_draft(request: HttpRequest) -> ProposalDraft | None:
    """Returns the draft that the URL names, else the one used last; an empty one where there is none.

    None when the URL names one that is not there: it was sent or deleted, or it is somebody else's.
    """
    asked = request.GET.get(PARAMETER, "")
    if asked == NEW:
        return ProposalDraft()
    if asked:
        return named_draft(request, asked)
    latest = draft_keys(request.session)[-1:]
    return own_drafts(request).filter(pk__in=latest).first() or ProposalDraft()


def named_draft(request: HttpRequest, key: str) -> ProposalDraft | None:
    """Returns the draft of `key`, a text from outside, if the person of `request` may continue it."""
    return own_drafts(request).filter(pk=parse_key(key)).first()


def parse_key(text: str) -> uuid.UUID | None:
    """Returns the key that `text` writes, None if it writes none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def adopt(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Gives the account the drafts that the browser held, at the moment of signing in (the signal `user_logged_in`)."""
    if keys := draft_keys(request.session):
        adopt_drafts(user=user, held=keys)
