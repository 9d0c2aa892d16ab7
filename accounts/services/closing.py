"""Closing of accounts by administrators, and what ends with the use of an account."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.errors import LastAdministrator, OwnAccount
from accounts.models import AccountCode, DataExport, User
from accounts.notifications import AccountStateChanged
from accounts.queries import emails_of, is_last_administrator
from accounts.services.erasure import end_sessions
from mailing.models import Message
from mailing.services import cancel

FIELDS = ["is_active", "deletion_due_at", "removes_texts"]


@transaction.atomic
def close_account(*, user: User, by: User, reason: str, now: datetime) -> bool:
    """Closes the account of `user` and sends them the `reason`. Raises `LastAdministrator` or `OwnAccount`.

    Nothing is erased. Returns False if the account is closed already.
    """
    user = lock_to_close(user=user, by=by)
    if not user.is_active:
        return False
    user.is_active = False
    user.save(update_fields=FIELDS)
    end_use(user=user, reason="account closed")
    AccountStateChanged(user, reason).send(now=now)
    return True


@transaction.atomic
def reopen_account(*, user: User, now: datetime) -> bool:
    """Reopens the account of `user`, whose deletion ends, and notifies them. Returns False if it is open already."""
    closed = User.objects.select_for_update().filter(pk=user.pk, is_active=False).first()
    if closed is None:
        return False
    reopen(closed)
    AccountStateChanged(closed).send(now=now)
    return True


def reopen(user: User) -> None:
    """Saves `user`, locked by the caller, as active and not to be erased."""
    user.is_active, user.deletion_due_at, user.removes_texts = True, None, False
    user.save(update_fields=FIELDS)


def lock_to_close(*, user: User, by: User | None) -> User:
    """Returns `user`, locked. Raises `LastAdministrator`, or `OwnAccount` if the administrator `by` is `user`."""
    # Two administrators who close each other's account at the same time would leave none.
    list(User.objects.select_for_update().filter(Q(pk=user.pk) | Q(is_superuser=True, is_active=True)).order_by("pk"))
    user = User.objects.get(pk=user.pk)
    if user == by:
        raise OwnAccount
    if is_last_administrator(user):
        raise LastAdministrator
    return user


def end_use(*, user: User, reason: str) -> None:
    """Cancels pending mails, for `reason`, and deletes codes, copies of data and sessions of `user`."""
    cancel(messages=Message.objects.filter(to_email__in=emails_of(user)), reason=reason)
    AccountCode.objects.filter(user=user).delete()
    DataExport.objects.filter(user=user).delete()
    end_sessions(user=user)
