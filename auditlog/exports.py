"""Personal data in the audit log. The erasure of an account deletes its name and address.

The primary keys stay in the log for a year, and no longer lead to a person.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from auditlog.models import Entry
from auditlog.queries import about_account, label_of
from common.personal_data import ErasureLine, Fate, Labelled, PersonalDataSet, rows_of


def held_by_audit_log(user: User) -> Iterator[PersonalDataSet]:
    """Yields the entries about the account or by it, without the identity of other accounts."""
    entries = about_account(Entry.objects.order_by("at", "pk"), str(user.pk))
    rows = rows_of(entries, "at", "kind", "action", "result", "network")
    for row in rows:
        row["action"] = Labelled(row["action"], label_of(row["action"]))
    yield PersonalDataSet("auditlog.entries", _("Audit log of the site"), rows)


def what_stays(user: User) -> Iterator[ErasureLine]:
    if count := about_account(Entry.objects.all(), str(user.pk)).count():
        words = ngettext(
            "the number of the account, without a name, in %(count)d line of the audit log, for a year",
            "the number of the account, without a name, in %(count)d lines of the audit log, for a year",
            count,
        )
        yield ErasureLine(Fate.STAYS, words % {"count": count})
