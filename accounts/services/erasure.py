"""Erasure of personal data with the account, repeated after a restore."""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import ErasedAccount, User
from accounts.queries import emails_of
from common.audit import Act, record_act
from common.files import delete_when_certain
from common.hashing import keyed_hashes
from common.hooks import personal_data
from common.search.erasing import forget_deleted_words
from mailing.models import Message
from mailing.services import cancel, erase_addresses

logger = logging.getLogger(__name__)


def erase_personal_data(*, user: User, now: datetime) -> None:
    """Erases the personal data of `user` in all apps, inside the transaction that deletes the account."""
    erase_declared(user, now)
    _erase_mails(user, now)
    end_sessions(user=user)
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        # Wagtail does not delete the file.
        delete_when_certain(profile.avatar)
    # Wagtail's log stores the name at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="accounts", content_type__model="user")
    entries.filter(object_id=str(user.pk)).update(label=gettext("Deleted account"), data={})
    transaction.on_commit(forget_deleted_words, robust=True)
    row, _created = ErasedAccount.objects.get_or_create(
        account_hash=account_hashes(user)[0],
        defaults={"removes_texts": user.removes_texts, "erased_at": now},
    )
    transaction.on_commit(lambda: append_to_erasure_list([line_of(row)]), robust=True)


def erase_declared(user: User, now: datetime) -> None:
    """Erases what the apps declare (`common.personal_data`), in the order of their table."""
    for declaration in personal_data():
        if declaration.erase_with_account:
            declaration.erase_with_account(user, now)


def end_sessions(*, user: User) -> None:
    """Deletes the sessions of `user`, and those in which one of the user's addresses was typed to sign in."""
    addresses = [json.dumps(email) for email in emails_of(user)]
    pks = []
    for session in Session.objects.iterator():
        data = session.get_decoded()
        content = json.dumps(data).lower()
        if data.get(SESSION_KEY) == str(user.pk) or any(address in content for address in addresses):
            pks.append(session.pk)
    if pks:
        record_act(Act.SESSION_CLOSED, about=user, details=str(len(pks)))
    Session.objects.filter(pk__in=pks).delete()


def account_hashes(user: User) -> list[str]:
    """Returns the keyed hashes that identify an erased account, with the current key first.

    They include the creation date, because a restored database may give the same primary key to another user.
    """
    return keyed_hashes("accounts.erased", f"{user.pk}:{user.date_joined.astimezone(UTC).isoformat()}")


def list_erasures() -> Iterator[str]:
    """Yields a line per erased account, for a file stored apart from the backups."""
    for row in ErasedAccount.objects.order_by("erased_at", "pk"):
        yield line_of(row)


def line_of(row: ErasedAccount) -> str:
    return f"{row.account_hash} {'with-texts' if row.removes_texts else 'account'}"


def append_to_erasure_list(lines: Iterable[str]) -> None:
    """Appends the missing `lines` to the list of erasures outside the database, which a restore reads.

    A write error is logged and does not stop the erasure.
    """
    recorded = set(read_erasure_list())
    if missing := [line for line in lines if line not in recorded]:
        try:
            Path(settings.ERASURES_DIR).mkdir(parents=True, exist_ok=True)
            with _list().open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in missing)
        except OSError:
            logger.exception("the list of erasures cannot be written: a restore will not know the last ones")


def read_erasure_list() -> list[str]:
    """Returns the lines of the list outside the database; none if the file does not exist."""
    try:
        return _list().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _list() -> Path:
    return Path(settings.ERASURES_DIR) / "erasures.txt"


def apply_erasures(*, lines: Iterable[str] = (), now: datetime) -> int:
    """Erases again the accounts that were erased after this copy of the database was made; returns their number.

    `lines` is the output of `list_erasures` from before the restore. Idempotent. Raises `ValueError` for a malformed
    line, before any erasure.
    """
    read = dict(_read(line) for line in lines if line.strip())
    erased_hashes = dict(ErasedAccount.objects.values_list("account_hash", "removes_texts")) | read
    erased = 0
    for user in User.objects.iterator():
        match = next((account_hash for account_hash in account_hashes(user) if account_hash in erased_hashes), None)
        if match:
            user.removes_texts = erased_hashes[match]
            user.delete()
            erased += 1
    rows = [
        ErasedAccount(account_hash=account_hash, removes_texts=texts, erased_at=now)
        for account_hash, texts in read.items()
    ]
    ErasedAccount.objects.bulk_create(rows, ignore_conflicts=True)
    return erased


def _read(line: str) -> tuple[str, bool]:
    account_hash, _space, scope = line.strip().partition(" ")
    if len(account_hash) != 64 or scope not in ("account", "with-texts"):
        raise ValueError(line)
    return account_hash, scope == "with-texts"


def _erase_mails(user: User, now: datetime) -> None:
    """Cancels pending mails, and removes the addresses from the records of mails."""
    addressed = Message.objects.annotate(in_lowercase=Lower("to_email"))
    mails = addressed.filter(Q(in_lowercase__in=emails_of(user)) | Q(context__account=user.pk))
    # Digests belong to batches: the app that plans them knows whether the address subscribed without the account.
    cancel(messages=mails.filter(batch=None), reason="account deleted")
    erase_addresses(messages=mails, now=now)
