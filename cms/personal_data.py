"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from cms.models import MissingAddress
from cms.services import MISSING_ADDRESSES_KEPT, forget_missing_addresses
from common.personal_data import Basis, PersonalData

PERSONAL_DATA = [
    PersonalData(
        name="cms.missing_addresses",
        order=480,
        data=_("URLs not found: number of requests, first and last day, no visitor"),
        period=MISSING_ADDRESSES_KEPT,
        since=_("the last request"),
        basis=Basis.MISSION,
        purpose=_("Time to correct a link."),
        rows=MissingAddress.objects.all,
        moment="last_asked_on",
        erase=forget_missing_addresses,
    ),
    PersonalData(
        name="cms.history",
        order=490,
        data=_("History of the admin and versions of pages: account, action and time"),
        since=_("as long as the page or object; the name is erased with the account"),
        basis=Basis.MISSION,
        purpose=_("To show who published and decided for the institution."),
    ),
]
