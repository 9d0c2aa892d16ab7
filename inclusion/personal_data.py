"""Personal data of digital inclusion."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from inclusion.models import Place, PlaceReport
from inclusion.services.places import KEPT, forget_reports

PERSONAL_DATA = [
    PersonalData(
        name="inclusion.reports",
        order=188,
        what=_("What a reader reports about a place of help, with the e-mail address that may have been left"),
        kept=KEPT,
        since=_("the answer of the editors"),
        basis=Basis.MISSION,
        why=_("To correct the place, and to ask back."),
        rows=PlaceReport.objects.all,
        moment="answered_at",
        erase=forget_reports,
    ),
    PersonalData(
        name="inclusion.places",
        order=189,
        what=_("Who confirmed a place of help last"),
        since=_("the next confirmation, or as long as the place; without the account once that is erased"),
        basis=Basis.MISSION,
        why=_("So that a colleague can be asked."),
        rows=Place.objects.exclude(checked_by=None).all,
    ),
]
