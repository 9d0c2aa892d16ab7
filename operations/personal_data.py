"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from operations.models import Fault
from operations.services.faults import KEPT, forget

PERSONAL_DATA = [
    PersonalData(
        name="operations.faults",
        order=515,
        what=_("Errors of the site: kind, place in the program, how often; never who was there nor what was sent"),
        kept=KEPT,
        since=_("the last time it happened"),
        basis=Basis.MISSION,
        why=_("The time to mend it, and to see that it does not come back."),
        rows=Fault.objects.all,
        moment="last_at",
        erase=forget,
    ),
]
