"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from auditlog.exports import entries_about, held_by_audit_log
from auditlog.models import Entry
from auditlog.services import delete_old_entries
from common.personal_data import Basis, Counted, ErasurePolicy, PersonalData

PERSONAL_DATA = [
    PersonalData(
        name="auditlog.entries",
        order=90,
        data=_("Audit log: number of the account, act, object, network without its last part; no name, no address"),
        period=Entry.RETENTION,
        since=_("the act"),
        basis=Basis.OBLIGATION,
        purpose=_("Security of the processing (GDPR, article 32): to investigate an attack."),
        rows=Entry.objects.all,
        moment="at",
        erase=delete_old_entries,
        exports=(held_by_audit_log,),
        # The erasure of an account deletes its name and address; the primary keys no longer lead to a person.
        at_erasure=(
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "the number of the account, without a name, in %(count)d line of the audit log, for a year",
                    "the number of the account, without a name, in %(count)d lines of the audit log, for a year",
                    "count",
                ),
                entries_about,
            ),
        ),
    )
]
