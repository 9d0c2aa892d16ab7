"""Personal data of this app: searches without results."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from home.models import EmptySearch
from home.services.empty_searches import KEPT, forget_empty_searches

PERSONAL_DATA = [
    PersonalData(
        name="home.empty_searches",
        order=485,
        data=_("Search terms without results: number in a month; no visitor, no address, no long number"),
        period=KEPT,
        since=_("the first day of the month"),
        basis=Basis.MISSION,
        purpose=_("Time to add the words that readers use."),
        rows=EmptySearch.objects.all,
        moment="month",
        erase=forget_empty_searches,
    ),
]
