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

What is held of an address and not of an account (mails, the letter, invitations) is given for the addresses that the
account proved to be its own (`proved_addresses`), and for no other one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import User
from mailing.models import Bounce, Message, Suppression
from mailing.services import address_hashes, cancel

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
    return {held.name: held.rows for held in [*_own(user), *_mails(user), *found] if held.rows}


def export_as_json(user: User) -> str:
    """Returns the same as the text of a file in JSON."""
    return json.dumps(export_of(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def rows_of(found: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Rows of plain values, under names without the double underscore of the query."""
    return [
        {name.replace("__", "_"): value for name, value in row.items()}
        for row in found.order_by(*found.query.order_by or ("pk",)).values(*fields)
    ]


def proved_addresses(user: User) -> list[str]:
    """The addresses that `user` proved: what is held of them without the account may be given to this person."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.lower() for email in found.values_list("email", flat=True)]


def forget_with_account(instance: User, **kwargs: Any) -> None:
    """The signal `pre_delete`: removes what the apps hold of the person. Django's transaction has begun."""
    user = instance
    for register in hooks.get_hooks(ACCOUNT_ERASURE_HOOK):
        register(user)
    # Letters are in batches: the app that plans them knows whether the address asked for them without the account.
    addresses = {user.email, *proved_addresses(user)}
    cancel(messages=Message.objects.filter(to_email__in=addresses, batch=None), reason="account deleted")
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        _delete_picture(profile)
    # Wagtail's log writes the address down at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="accounts", content_type__model="user")
    entries.filter(object_id=str(user.pk)).update(label=gettext("Deleted account"))


def _delete_picture(profile: UserProfile) -> None:
    """Deletes the picture of a person, once it is certain that the row is gone: Wagtail leaves the file."""
    storage, name = profile.avatar.storage, str(profile.avatar.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _own(user: User) -> Iterator[Held]:
    account = {
        "email": user.email,
        "public_name": user.public_name,
        "commune": user.commune,
        "created_at": user.date_joined,
        "last_sign_in": user.last_login,
    }
    yield Held("account", [account])
    yield Held("account.addresses", rows_of(EmailAddress.objects.filter(user=user), "email", "verified", "primary"))
    yield Held("account.groups", rows_of(user.groups.all(), "name"))
    yield Held("account.rights", rows_of(user.user_permissions.all(), "content_type__app_label", "codename"))
    profiles = UserProfile.objects.filter(user=user)
    fields = ("preferred_language", "current_time_zone", "theme", "contrast", "density", "avatar")
    yield Held("account.admin_preferences", rows_of(profiles, *fields))


def _mails(user: User) -> Iterator[Held]:
    """The traces of mails to the addresses of `user`, and why no letter goes there any more.

    Never what a mail says: it may hold the words of other people, and is dropped once the mail is over.
    """
    addresses = proved_addresses(user)
    sent = Message.objects.filter(to_email__in=addresses).order_by("pk")
    fields = ("kind", "state", "created_at", "sent_at", "tried_at", "expires_at", "last_error")
    rows = [
        {"kind": row.pop("kind"), "subject": (row.pop("payload") or {}).get("subject", ""), **row}
        for row in sent.values("payload", *fields)
    ]
    yield Held("mailing.messages", rows)
    hashes = [digest for email in addresses for digest in address_hashes(email)]
    yield Held(
        "mailing.suppression", rows_of(Suppression.objects.filter(email_hash__in=hashes), "reason", "created_at")
    )
    returned = Bounce.objects.filter(email_hash__in=hashes)
    yield Held("mailing.returned", rows_of(returned, "message__kind", "status", "at"))
