"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from cms.models import MissingAddress
from cms.services import MISSING_ADDRESSES_KEPT, forget_missing_addresses
from common.personal_data import Basis, PersonalData

PERSONAL_DATA = [
    PersonalData(
        name="cms.missing_addresses",
        order=480,
        what=_("Addresses of pages that were not found: how often, first and last day, never who asked"),
        kept=MISSING_ADDRESSES_KEPT,
        since=_("the last day on which it was asked for"),
        basis=Basis.MISSION,
        why=_("The time to mend a link."),
        rows=MissingAddress.objects.all,
        moment="last_asked_on",
        erase=forget_missing_addresses,
    ),
    PersonalData(
        name="cms.history",
        order=490,
        what=_("History of the admin and versions of pages: which account did what, and when"),
        since=_("as long as the page or the thing it is about; the name goes with the account"),
        basis=Basis.MISSION,
        why=_("To tell who published and decided what for the institution."),
    ),
]
