"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from operations.models import Fault
from operations.services.faults import RETENTION, forget

PERSONAL_DATA = [
    PersonalData(
        name="operations.faults",
        order=515,
        data=_("Errors of the site: kind, place in the program, number; no visitor, no submitted data"),
        period=RETENTION,
        since=_("its last occurrence"),
        basis=Basis.MISSION,
        purpose=_("Time to correct it, and to see that it does not return."),
        rows=Fault.objects.all,
        moment="last_at",
        erase=forget,
    ),
]
