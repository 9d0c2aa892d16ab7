"""What this app keeps of people, and for how long."""

from django.utils.translation import gettext_lazy as _

from common.retention import Basis, Retention
from fieldwork.models import Trial

LINES = [
    Retention(
        name="fieldwork.trials",
        order=180,
        what=_("Trials of services, what was found in them and new trials, with the account of the tester"),
        since=_("without limit; the account is taken out of them when it is erased"),
        basis=Basis.MISSION,
        why=_("So that repairs can be followed, and the tester told of them."),
        rows=Trial.objects.all,
    ),
]
