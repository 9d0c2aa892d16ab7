"""Registers the mails about accounts, and what the tick does for them."""

from datetime import datetime

from wagtail import hooks

from accounts.notifications import (
    ActionCode,
    DeletionPlanned,
    EmailChanged,
    EmailCode,
    EmailInUse,
    ExportReady,
    KnownAccount,
    ProviderLinked,
    SignInCode,
    SignUpCode,
    UnknownAccount,
)
from accounts.services.codes import forget_old_codes
from accounts.services.deletion import erase_due_accounts
from accounts.services.exports import delete_old_exports, make_exports
from accounts.services.sessions import forget_ended_sessions
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [
        *(ActionCode, DeletionPlanned, EmailChanged, EmailCode, EmailInUse, ExportReady),
        *(KnownAccount, ProviderLinked, SignInCode, SignUpCode, UnknownAccount),
    ]


@hooks.register(ON_TICK)
def give_data(now: datetime) -> str:
    """Makes the copies of data that people asked for, and deletes those of yesterday."""
    counts = {"copies of data deleted": delete_old_exports(now=now), "copies of data made": make_exports(now=now)}
    return "; ".join(f"{count} {name}" for name, count in counts.items() if count)


@hooks.register(ON_TICK)
def erase_accounts(now: datetime) -> str:
    """Erases the accounts whose seven days are over."""
    count = erase_due_accounts(now=now)
    return f"{count} accounts erased" if count else ""


@hooks.register(ON_TICK)
def forget_sessions(now: datetime) -> str:
    """Deletes the sessions that are over."""
    count = forget_ended_sessions(now=now)
    return f"{count} sessions forgotten" if count else ""


@hooks.register(ON_TICK)
def forget_codes(now: datetime) -> str:
    """Deletes the codes that nobody can use any more."""
    count = forget_old_codes(now=now)
    return f"{count} codes forgotten" if count else ""
