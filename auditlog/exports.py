"""Personal data in the audit log, as a file for the person. Erased with the account are the name and the address.

The numbers stay in the log for their year: nothing leads from them to a person any more.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.exports.personal_data import Labelled, rows_of
from accounts.hooks import ErasureLine, Fate, PersonalDataSet
from accounts.models import User
from auditlog.models import Entry
from auditlog.queries import about_account, label_of


def held_by_audit_log(user: User) -> Iterator[PersonalDataSet]:
    """What the account did and what was done to it, and from which network; never which other account did it."""
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
