"""Drafts that the user of a request may continue: those of the account, and those with a key in the session.

The session holds only keys. It survives sign-in and sign-up, when its drafts are assigned to the account: nothing is
typed twice.
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
# URL parameter: the key of a draft, or a value for a new one.
PARAMETER, NEW = "brouillon", "nouveau"


def draft_keys(session: SessionBase, session_key: str = KEYS) -> list[str]:
    """Returns the keys of drafts in the session, the one used last at the end; `session_key` selects another kind."""
    return session.get(session_key, [])


def remember_draft(session: SessionBase, key: uuid.UUID, session_key: str = KEYS) -> None:
    """Makes `key` the default draft of URLs without a key. Also renews the session."""
    session[session_key] = [
        *(draft_key for draft_key in draft_keys(session, session_key) if draft_key != str(key)),
        str(key),
    ]


def forget_draft(session: SessionBase, key: uuid.UUID, session_key: str = KEYS) -> None:
    """Removes a draft that is sent or deleted."""
    if str(key) in draft_keys(session, session_key):
        session[session_key] = [draft_key for draft_key in draft_keys(session, session_key) if draft_key != str(key)]


def own_drafts(request: HttpRequest) -> ProposalDraftQuerySet:
    """Returns the drafts that the user of `request` may continue, the latest first."""
    return ProposalDraft.objects.owned(request.user, draft_keys(request.session))


def requested_draft(request: HttpRequest) -> ProposalDraft | None:
    """Returns the draft named in the URL, or else the one used last; a new one if there is none.

    None if the named one is missing: sent, deleted, or another user's.
    """
    key = request.GET.get(PARAMETER, "")
    if key == NEW:
        return ProposalDraft()
    if key:
        return named_draft(request, key)
    latest = draft_keys(request.session)[-1:]
    return own_drafts(request).filter(pk__in=latest).first() or ProposalDraft()


def named_draft(request: HttpRequest, key: str) -> ProposalDraft | None:
    """Returns the draft with the untrusted `key`, if the user of `request` may continue it."""
    return own_drafts(request).filter(pk=parse_key(key)).first()


def parse_key(text: str) -> uuid.UUID | None:
    """Returns the UUID in `text`, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def adopt(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of `user_logged_in`: assigns the drafts held by the browser to the account."""
    if keys := draft_keys(request.session):
        adopt_drafts(user=user, held=keys)
