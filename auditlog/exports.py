"""Entries of the audit log in the export of an account."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from auditlog.models import Entry
from auditlog.queries import about_account, label_of
from common.personal_data import LabelledStr, PersonalDataSet, rows_of


def entries_about(user: User) -> QuerySet[Entry]:
    """Returns the entries about the account or by it."""
    return about_account(Entry.objects.order_by("at", "pk"), str(user.pk))


def held_by_audit_log(user: User) -> Iterator[PersonalDataSet]:
    """Yields the entries about the account or by it, without the identity of other accounts."""
    rows = rows_of(entries_about(user), "at", "kind", "action", "result", "network")
    for row in rows:
        row["action"] = LabelledStr(row["action"], label_of(row["action"]))
    yield PersonalDataSet("auditlog.entries", _("Audit log of the site"), rows)
