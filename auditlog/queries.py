"""Accounts that the audit log names by their numbers only, and the words for its acts."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.log_actions import registry

from accounts.models import User
from auditlog.models import Entry
from common.audit import Act


def about_account(entries: QuerySet[Entry], typed: str) -> QuerySet[Entry]:
    """Returns those of `entries` that an account did, or that are about it; `typed` is its number or e-mail address.

    The address is looked for among the accounts: the log has none. Of an account that is gone, only the number is left.
    """
    typed = typed.strip().lower()
    accounts = User.objects.filter(email=typed).values_list("pk", flat=True)
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else accounts.first()
    if number is None:
        return entries.none()
    return entries.filter(Q(actor=number) | Q(model=User._meta.label_lower, object_id=str(number)))


def accounts_of(entries: Iterable[Entry]) -> dict[int, User]:
    """Returns the accounts that `entries` name and that still exist, by number: one query."""
    numbers = {one.actor for one in entries if one.actor}
    numbers |= {int(one.object_id) for one in entries if one.model == User._meta.label_lower}
    return User.objects.in_bulk(numbers)


def label_of(action: str) -> str:
    """Returns what people call an action: ours, or one of Wagtail's log."""
    ours = {act.value: act.label for act in Act}
    if action in ours or not registry.action_exists(action):
        return str(ours.get(action, action))
    formatter = registry.formatters[action]
    return str(formatter.message or formatter.label)
