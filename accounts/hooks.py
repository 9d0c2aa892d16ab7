"""Wagtail hooks through which higher apps say what they know of a person.

`accounts` is below the apps that hold what a person wrote or chose. They register functions in their
`wagtail_hooks.py`.

`account_links`
    Registers lines of a person's own page. The hooked function takes the request and returns `AccountLink`s.

        @hooks.register(ACCOUNT_LINKS_HOOK)
        def contributions(request):
            return [AccountLink(order=10, label=_("My contributions"), url=reverse("participation:contributions"))]

`account_contributions`
    Registers what a person did, for « Mes contributions ». The hooked function takes the account and returns
    `Contribution`s, at most `MAX_CONTRIBUTIONS`.

`account_export`
    Registers what an app holds of a person. The hooked function takes the account and yields `PersonalDataSet`s: what
    is reached from this account, nobody else's. What is held of an e-mail address and not of an account (mails, the
    digest, invitations) is given for the addresses that the account has verified (`accounts.queries.verified_emails`)
    only.

        @hooks.register(ACCOUNT_EXPORT_HOOK)
        def committee(user): yield PersonalDataSet("committee.mandates", _("Mandates"), [{"role": …, "from": …}])

`account_erasure`
    Registers what to do when an account is about to be deleted. The hooked function takes the account, in the
    transaction that deletes it, whoever does so and wherever, before the row goes: it removes what the person gave, and
    keeps without name or account what is a public record. Keys that lead to the account need no function: `on_delete`
    says what becomes of them.

`account_erasure_summary`
    Registers what the page that deletes an account says before: what goes and what stays, with counts. The hooked
    function takes the account and yields `ErasureLine`s, none for what the account has none of.

`account_email_changed`
    Registers what follows the person when the e-mail address of an account is changed. The hooked function takes the
    account, which has the new address already, and the former address, in the same transaction. Mails that wait follow
    by themselves, and what hangs on the account needs nothing.

`account_opened`
    Registers what waits for a person who opens an account. The hooked function takes the account, whose address a code
    has just proved, and `now`. It is called again if the person proves another address.

`opted_out_accounts`
    Registers who wants no e-mail, not even about what concerns them. The hooked function takes keys of accounts and
    returns those that want none. Codes to sign in and decisions on a person's texts still go.

        @hooks.register(OPTED_OUT_HOOK)
        def opted_out(keys: Collection[int]) -> set[int]: ...

`accounts_in_use`
    Registers whose account is in use although its person does not sign in. The hooked function takes a moment and
    returns these accounts, as a queryset of `User`: they are not erased for having been left alone.

`member_accounts`
    Registers who the members of the committee are. The hooked function takes a moment (an aware datetime) and returns
    the accounts of the members at that moment, as a queryset of `User`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks

if TYPE_CHECKING:
    from django.core.files import File
    from django_stubs_ext import StrOrPromise

    from accounts.models import User

ACCOUNT_LINKS_HOOK = "account_links"
CONTRIBUTIONS_HOOK = "account_contributions"
ACCOUNT_EXPORT_HOOK = "account_export"
ACCOUNT_ERASURE_HOOK = "account_erasure"
ACCOUNT_ERASURE_SUMMARY_HOOK = "account_erasure_summary"
ACCOUNT_EMAIL_CHANGED_HOOK = "account_email_changed"
ACCOUNT_OPENED_HOOK = "account_opened"
OPTED_OUT_HOOK = "opted_out_accounts"
ACCOUNTS_IN_USE_HOOK = "accounts_in_use"
MEMBER_ACCOUNTS_HOOK = "member_accounts"
MAX_CONTRIBUTIONS = 100


@dataclass(frozen=True, kw_only=True)
class AccountLink:
    """A line of the account page: where it leads, and in one sentence what is there."""

    order: int
    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """A line of « Mes contributions »: what the person did in a few words (`tag`), with what, and when."""

    tag: str
    title: str
    url: str
    at: datetime
    state: str = ""


@dataclass(frozen=True)
class PersonalDataSet:
    """One kind of thing that the site holds of a person: its name in the file, what people call it, and its rows.

    Rows are of plain values, or of `exports.personal_data.Labelled` ones. `files` go along with the rows.
    """

    name: str
    label: "StrOrPromise"
    rows: list[dict[str, Any]]
    files: "Sequence[File[Any]]" = ()


class Fate(Enum):
    """What becomes of a thing when the account is erased. `CHOICE`: it stays, unless its author has it withdrawn."""

    GOES = auto()
    STAYS = auto()
    CHOICE = auto()


@dataclass(frozen=True)
class ErasureLine:
    """A line of the page that deletes an account: a thing with its count, such as « 3 supports », and its fate."""

    fate: Fate
    text: "StrOrPromise"


def account_links(request: HttpRequest) -> list[AccountLink]:
    """Returns the links that the apps offer to the person of `request`, in order."""
    found = [link for register in hooks.get_hooks(ACCOUNT_LINKS_HOOK) for link in register(request)]
    return sorted(found, key=lambda link: link.order)


def contributions_of(user: "User") -> list[Contribution]:
    """Returns what `user` did in the apps that say so."""
    return [found for register in hooks.get_hooks(CONTRIBUTIONS_HOOK) for found in register(user)]


def personal_data_of(user: "User") -> list[PersonalDataSet]:
    """Returns what the apps above hold of `user`."""
    return [found for register in hooks.get_hooks(ACCOUNT_EXPORT_HOOK) for found in register(user)]


def erase_personal_data_of(user: "User") -> None:
    """Lets the apps above remove what they hold of `user`, whose account is about to be deleted."""
    for register in hooks.get_hooks(ACCOUNT_ERASURE_HOOK):
        register(user)


def erasure_summary_of(user: "User") -> list[ErasureLine]:
    """Returns what goes and what stays when the account is erased, as the apps above say it."""
    return [line for register in hooks.get_hooks(ACCOUNT_ERASURE_SUMMARY_HOOK) for line in register(user)]


def follow_email_of(user: "User", former: str) -> None:
    """Lets the apps above take over the new e-mail address of `user`."""
    for register in hooks.get_hooks(ACCOUNT_EMAIL_CHANGED_HOOK):
        register(user, former)


def account_opened(user: "User", now: datetime) -> None:
    """Lets the apps above give `user`, who proved the own address, what waits for this person."""
    for register in hooks.get_hooks(ACCOUNT_OPENED_HOOK):
        register(user, now)


def opted_out(keys: Collection[int]) -> set[int]:
    """Returns those of the accounts `keys` to whom nothing is sent at once (one query per app that knows)."""
    return {key for find in hooks.get_hooks(OPTED_OUT_HOOK) for key in find(keys)} if keys else set()


def member_finders() -> "list[Callable[[datetime], QuerySet[User]]]":
    """The registered functions that find the accounts of the members at a moment."""
    return hooks.get_hooks(MEMBER_ACCOUNTS_HOOK)


def finders_of_use() -> "list[Callable[[datetime], QuerySet[User]]]":
    """The registered functions that find the accounts in use at a moment."""
    return hooks.get_hooks(ACCOUNTS_IN_USE_HOOK)
