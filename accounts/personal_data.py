"""What the site holds of a person, and what goes with the account: each app answers for what it keeps.

`accounts` is below the apps that hold what a person wrote or chose. They register functions on two Wagtail hooks::

    @hooks.register(ACCOUNT_EXPORT_HOOK)
    def committee(user): yield Held("committee.mandates", [{"role": …, "from": …}])

    @hooks.register(ACCOUNT_ERASURE_HOOK)
    def forget_member(user): ...

The first gives what the person may ask to read: reached from this account, nobody else's. The second is called in the
transaction that deletes an account, whoever deletes it and wherever, before the row goes: it removes what the person
gave, and keeps without name or account what is a public record. Keys that lead to the account need no function:
`on_delete` says what becomes of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from wagtail import hooks
from wagtail.models import ModelLogEntry

from accounts.models import User

ACCOUNT_EXPORT_HOOK = "account_export"
ACCOUNT_ERASURE_HOOK = "account_erasure"


@dataclass(frozen=True)
class Held:
    """One kind of thing that the site holds of a person: its name in the file, and its rows, of plain values."""

    name: str
    rows: list[dict[str, Any]]


def export_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """Returns what the site holds of `user`, by kind, for a file in JSON. Kinds without rows are left out."""
    found = [held for register in hooks.get_hooks(ACCOUNT_EXPORT_HOOK) for held in register(user)]
    return {held.name: held.rows for held in [*_own(user), *found] if held.rows}


def forget(user: User) -> None:
    """Removes what the apps hold of `user`, whose account is about to be deleted."""
    for register in hooks.get_hooks(ACCOUNT_ERASURE_HOOK):
        register(user)
    # Wagtail's log writes the address down at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="accounts", content_type__model="user")
    entries.filter(object_id=str(user.pk)).update(label=gettext("Deleted account"))


def forget_with_account(instance: User, **kwargs: Any) -> None:
    """The signal `pre_delete`: Django deletes in a transaction, which begins before it."""
    forget(instance)


def _own(user: User) -> Iterator[Held]:
    account = {
        "email": user.email,
        "public_name": user.public_name,
        "commune": user.commune,
        "created_at": user.date_joined,
        "last_sign_in": user.last_login,
    }
    yield Held("account", [account])
    yield Held("account.groups", [{"group": group.name} for group in user.groups.all()])
