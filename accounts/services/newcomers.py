"""Addresses without an account: the code that proves one of them, and the account that its person opens then.

The session keeps the code, as allauth keeps those of accounts. Nothing is stored of an address that is not proved.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts.hooks import account_opened
from accounts.models import User
from accounts.services.accounts import create_verified_user

# Template of the mail that takes a code to an address without an account.
UNKNOWN_ACCOUNT = "account/email/unknown_account"
CODE_KEY, PROOF_KEY = "new_address_code", "new_address"
PROOF_LIFE = timedelta(hours=1)


def note_code(*, session: SessionBase, code: str) -> None:
    """Notes the `code` that was sent to the address for which `session` waits."""
    session[CODE_KEY] = code


def noted_code(session: SessionBase) -> str:
    """Returns the code of `note_code`, an empty text without one."""
    code: str = session.get(CODE_KEY, "")
    return code


def note_proof(*, session: SessionBase, email: str, now: datetime) -> None:
    """Notes that the code proved `email`; the code opens nothing more."""
    session.pop(CODE_KEY, None)
    session[PROOF_KEY] = {"email": email.strip().lower(), "at": now.timestamp()}


def proved_address(*, session: SessionBase, now: datetime) -> str:
    """Returns the address that `note_proof` noted within the last hour, an empty text without one."""
    proof = session.get(PROOF_KEY)
    if not proof or now.timestamp() - proof["at"] > PROOF_LIFE.total_seconds():
        return ""
    email: str = proof["email"]
    return email


def forget_proof(session: SessionBase) -> None:
    """Forgets the proved address, once it has an account."""
    session.pop(PROOF_KEY, None)


@transaction.atomic
def open_account(*, email: str, public_name: str, now: datetime) -> User:
    """Returns the new account of a proved address; what waited for it is told (`account_opened`).

    Raises `IntegrityError` where the address got an account meanwhile.
    """
    user = create_verified_user(email=email, public_name=public_name)
    account_opened(user, now)
    return user
