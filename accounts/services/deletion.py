"""Deletion of an account by its owner: scheduled, cancelled, or carried out seven days later."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts.errors import LastAdministrator
from accounts.models import AccountCode, DataExport, User
from accounts.notifications import DeletionPlanned
from accounts.queries import emails_of, is_last_administrator
from accounts.services.erasure import end_sessions
from common.retention import erase_each
from mailing.models import Message
from mailing.services import cancel

# Session key: account being deleted whose owner has just signed in, and the time of the sign-in.
LEAVING_KEY = "leaving_account"
PROOF_LIFE = timedelta(hours=1)
FIELDS = ["is_active", "deletion_due_at", "removes_texts"]


@transaction.atomic
def plan_deletion(*, user: User, removes_texts: bool, now: datetime) -> User:
    """Closes the account of `user` and sends the date of its erasure. Raises `LastAdministrator`.

    The account is inactive until then, as if an administrator had closed it. Pending mails are cancelled: the
    confirmation is the last one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if is_last_administrator(user):
        raise LastAdministrator
    user.is_active, user.removes_texts = False, removes_texts
    user.deletion_due_at = now + User.DELETION_DELAY
    user.save(update_fields=FIELDS)
    cancel(messages=Message.objects.filter(to_email__in=emails_of(user)), reason="account to be erased")
    AccountCode.objects.filter(user=user).delete()
    DataExport.objects.filter(user=user).delete()
    end_sessions(user=user)
    DeletionPlanned(user).send(now=now)
    return user


def note_proof(*, session: SessionBase, user: User, now: datetime) -> None:
    """Stores in `session` that the owner of `user`, an account being deleted, has just signed in."""
    session[LEAVING_KEY] = {"account": user.pk, "at": now.timestamp()}


def leaving_account_of(*, session: SessionBase, now: datetime) -> User | None:
    """Returns the account that this session may reopen; None without a recent sign-in."""
    proof = session.get(LEAVING_KEY)
    if not proof or now.timestamp() - proof["at"] > PROOF_LIFE.total_seconds():
        return None
    return User.objects.leaving().filter(pk=proof["account"]).first()


def agree_to_return(*, session: SessionBase) -> None:
    """Stores that the owner cancels the deletion: the account reopens when all steps of the sign-in are done."""
    session[LEAVING_KEY] = {**session[LEAVING_KEY], "returns": True}


def is_returning(*, session: SessionBase, user: User, now: datetime) -> bool:
    """Returns whether this session cancels the deletion of `user`."""
    leaving = leaving_account_of(session=session, now=now)
    return leaving == user and session[LEAVING_KEY].get("returns", False)


@transaction.atomic
def come_back(*, user: User) -> bool:
    """Reopens the account as it was. Returns False if it is not being deleted."""
    leaving = User.objects.leaving().select_for_update().filter(pk=user.pk).first()
    if leaving is None:
        return False
    leaving.is_active, leaving.deletion_due_at, leaving.removes_texts = True, None, False
    leaving.save(update_fields=FIELDS)
    return True


def erase_due_accounts(*, now: datetime) -> int:
    """Erases the accounts whose deletion is due; returns their number. Raises `PartlyFailed` after the last one.

    Accounts reopened by an administrator are kept.
    """
    User.objects.filter(is_active=True, deletion_due_at__isnull=False).update(deletion_due_at=None, removes_texts=False)
    due = User.objects.leaving().filter(deletion_due_at__lte=now)

    def erase_one(pk: int) -> bool:
        user = due.select_for_update().filter(pk=pk).first()
        if user is None:
            return False
        user.delete()
        return True

    return erase_each(
        list(due.order_by("deletion_due_at", "pk").values_list("pk", flat=True)), erase_one, what="account"
    )
