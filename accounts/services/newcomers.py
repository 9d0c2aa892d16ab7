"""Addresses without an account: their verification code, and the account opened after it.

The code is kept in the session, like allauth's codes for accounts. Nothing is stored of an unverified address.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts.hooks import account_opened
from accounts.models import User
from accounts.services.accounts import create_verified_user

# Template of the mail with a code for an address without an account.
UNKNOWN_ACCOUNT = "account/email/unknown_account"
CODE_KEY, PROOF_KEY = "new_address_code", "new_address"
PROOF_LIFE = timedelta(hours=1)


def note_code(*, session: SessionBase, code: str) -> None:
    """Stores in `session` the `code` that was sent to the address being verified."""
    session[CODE_KEY] = code


def noted_code(session: SessionBase) -> str:
    """Returns the stored code, or ""."""
    code: str = session.get(CODE_KEY, "")
    return code


def note_proof(*, session: SessionBase, email: str, now: datetime) -> None:
    """Stores that `email` was verified with the code, and discards the code."""
    session.pop(CODE_KEY, None)
    session[PROOF_KEY] = {"email": email.strip().lower(), "at": now.timestamp()}


def proved_address(*, session: SessionBase, now: datetime) -> str:
    """Returns the address verified within the last hour, or ""."""
    proof = session.get(PROOF_KEY)
    if not proof or now.timestamp() - proof["at"] > PROOF_LIFE.total_seconds():
        return ""
    email: str = proof["email"]
    return email


def forget_proof(session: SessionBase) -> None:
    """Discards the verified address, once it has an account."""
    session.pop(PROOF_KEY, None)


@transaction.atomic
def open_account(*, email: str, public_name: str, now: datetime) -> User:
    """Returns the new account of a verified address, after calling the hook `account_opened`.

    Raises `IntegrityError` if the address got an account meanwhile.
    """
    user = create_verified_user(email=email, public_name=public_name)
    account_opened(user, now)
    return user
