"""Deletion of an account: scheduled by its owner or an administrator, cancelled, or carried out seven days later."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts.models import User
from accounts.notifications import DeletionPlanned
from accounts.services.closing import FIELDS, end_use, lock_to_close, reopen
from common.audit import Act, record_act
from common.retention import erase_each

# Session key: account being deleted whose owner has just signed in, and the time of the sign-in.
LEAVING_KEY = "leaving_account"
PROOF_LIFE = timedelta(hours=1)


@transaction.atomic
def plan_deletion(*, user: User, removes_texts: bool, now: datetime, by: User | None = None, reason: str = "") -> User:
    """Closes the account of `user` and sends the date of its erasure. Raises `LastAdministrator`.

    The account is inactive until then, as if an administrator had closed it. Pending mails are cancelled: the
    confirmation is the last one. It has the `reason` of `by`, the administrator who asks for the deletion in place of
    the owner; raises `OwnAccount` if they are the same. An account that is being deleted is not changed.
    """
    user = lock_to_close(user=user, by=by)
    if user.is_leaving:
        return user
    user.is_active, user.removes_texts = False, removes_texts
    user.deletion_due_at = now + User.DELETION_DELAY
    user.save(update_fields=FIELDS)
    end_use(user=user, reason="account to be erased")
    record_act(Act.ERASURE_PLANNED, actor=by or user, about=user, details=user.deletion_due_at.date().isoformat())
    DeletionPlanned(user, reason).send(now=now)
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
    reopen(leaving)
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
