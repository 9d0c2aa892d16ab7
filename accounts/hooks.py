"""Wagtail hooks with which higher apps add what they know about a user.

`accounts` is below the apps that hold the contributions and choices of a user. They register functions in their
`wagtail_hooks.py`.

`account_links`
    Adds links to the account page. The hooked function takes the request and returns `AccountLink`s.

        @hooks.register(ACCOUNT_LINKS_HOOK)
        def contributions(request):
            return [AccountLink(order=10, label=_("My contributions"), url=reverse("participation:contributions"))]

`account_contributions`
    Adds contributions of a user to « Mes contributions ». The hooked function takes the user and returns
    `Contribution`s, at most `MAX_CONTRIBUTIONS`.

`account_email_changed`
    Moves data from the former to the new e-mail address of an account. The hooked function takes the user, who has
    the new address already, and the former address, in the same transaction. Pending mails are moved by `accounts`;
    data with a foreign key to the account needs nothing.

`account_opened`
    Attaches data that was stored for an e-mail address before it had an account. The hooked function takes the user,
    whose address has just been verified with a code, and `now`. It is called again when another address is verified.

`opted_out_accounts`
    Finds the users who want no e-mail notifications. The hooked function takes primary keys of accounts and returns
    the subset that opted out. Sign-in codes and decisions on a user's texts are still sent.

        @hooks.register(OPTED_OUT_HOOK)
        def opted_out(keys: Collection[int]) -> set[int]: ...

`accounts_in_use`
    Finds accounts in use without sign-in. The hooked function takes a datetime and returns a queryset of `User`.
    These accounts are not erased for inactivity.

`member_accounts`
    Finds the members of the committee. The hooked function takes an aware datetime and returns the accounts of the
    members at that moment, as a queryset of `User`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks

from accounts.models import User

ACCOUNT_LINKS_HOOK = "account_links"
CONTRIBUTIONS_HOOK = "account_contributions"
ACCOUNT_EMAIL_CHANGED_HOOK = "account_email_changed"
ACCOUNT_OPENED_HOOK = "account_opened"
OPTED_OUT_HOOK = "opted_out_accounts"
ACCOUNTS_IN_USE_HOOK = "accounts_in_use"
MEMBER_ACCOUNTS_HOOK = "member_accounts"
MAX_CONTRIBUTIONS = 100


@dataclass(frozen=True, kw_only=True)
class AccountLink:
    """Link on the account page, with a one-sentence description of its target."""

    order: int
    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """Entry of « Mes contributions »: a short description (`tag`), the title and URL of the object, and the date."""

    tag: str
    title: str
    url: str
    at: datetime
    state: str = ""


def account_links(request: HttpRequest) -> list[AccountLink]:
    """Returns the links of all apps for the user of `request`, sorted by `order`."""
    links = [link for register in hooks.get_hooks(ACCOUNT_LINKS_HOOK) for link in register(request)]
    return sorted(links, key=lambda link: link.order)


def contributions_of(user: User) -> list[Contribution]:
    """Returns the contributions of `user` in all apps."""
    return [contribution for register in hooks.get_hooks(CONTRIBUTIONS_HOOK) for contribution in register(user)]


def follow_email_of(user: User, former: str) -> None:
    """Calls the functions of the apps above that follow a change of e-mail address."""
    for register in hooks.get_hooks(ACCOUNT_EMAIL_CHANGED_HOOK):
        register(user, former)


def account_opened(user: User, now: datetime) -> None:
    """Calls the functions of the apps above that attach data to an account with a newly verified address."""
    for register in hooks.get_hooks(ACCOUNT_OPENED_HOOK):
        register(user, now)


def opted_out(keys: Collection[int]) -> set[int]:
    """Returns the subset of the primary keys `keys` whose users opted out of notifications (one query per app)."""
    return {key for find in hooks.get_hooks(OPTED_OUT_HOOK) for key in find(keys)} if keys else set()


def member_finders() -> list[Callable[[datetime], QuerySet[User]]]:
    """Returns the registered functions that find the accounts of the members at a moment."""
    return hooks.get_hooks(MEMBER_ACCOUNTS_HOOK)


def finders_of_use() -> list[Callable[[datetime], QuerySet[User]]]:
    """Returns the registered functions that find the accounts in use at a moment."""
    return hooks.get_hooks(ACCOUNTS_IN_USE_HOOK)
