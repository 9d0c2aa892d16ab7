"""Personal data of this app: searches without results."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from home.models import EmptySearch
from home.services.empty_searches import KEPT, forget_empty_searches

PERSONAL_DATA = [
    PersonalData(
        name="home.empty_searches",
        order=485,
        what=_("Words that a search did not find: how often in a month; never who asked, no address, no long number"),
        kept=KEPT,
        since=_("the first day of the month"),
        basis=Basis.MISSION,
        why=_("The time to add the words that readers use."),
        rows=EmptySearch.objects.all,
        moment="month",
        erase=forget_empty_searches,
    ),
]
