"""Lookup of the accounts named in the audit log, and labels of its actions."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.log_actions import registry

from accounts.models import User
from auditlog.models import Entry
from common.audit import Act


def about_account(entries: QuerySet[Entry], typed: str) -> QuerySet[Entry]:
    """Returns the subset of `entries` by or about an account; `typed` is its primary key or e-mail address.

    The address is looked up among accounts, since the log has none. An erased account is found by its key only.
    """
    typed = typed.strip().lower()
    accounts = User.objects.filter(email=typed).values_list("pk", flat=True)
    pk = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else accounts.first()
    if pk is None:
        return entries.none()
    return entries.filter(Q(actor=pk) | Q(model=User._meta.label_lower, object_id=str(pk)))


def accounts_of(entries: Iterable[Entry]) -> dict[int, User]:
    """Returns the existing accounts named in `entries`, by primary key (one query)."""
    pks = {entry.actor for entry in entries if entry.actor}
    pks |= {int(entry.object_id) for entry in entries if entry.model == User._meta.label_lower}
    return User.objects.in_bulk(pks)


def label_of(action: str) -> str:
    """Returns the label of an action, ours or of Wagtail's log."""
    labels = {act.value: act.label for act in Act}
    if action in labels or not registry.action_exists(action):
        return str(labels.get(action, action))
    formatter = registry.formatters[action]
    return str(formatter.message or formatter.label)
