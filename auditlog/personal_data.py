"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from auditlog.models import Entry
from auditlog.services import delete_old_entries
from common.personal_data import Basis, PersonalData

PERSONAL_DATA = [
    PersonalData(
        name="auditlog.entries",
        order=90,
        what=_("Audit log: number of the account, act, object, network without its last part; no name, no address"),
        kept=Entry.KEPT,
        since=_("the act"),
        basis=Basis.OBLIGATION,
        why=_("Security of the processing (GDPR, article 32): to find out what happened after an attack."),
        rows=Entry.objects.all,
        moment="at",
        erase=delete_old_entries,
    ),
]
