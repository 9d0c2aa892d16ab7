"""What this app keeps of people, and for how long."""

from django.utils.translation import gettext_lazy as _

from common.retention import Basis, Retention
from fieldwork.models import Trial
from fieldwork.surveys.services.coding import TEXTS_KEPT, forget_texts
from polls.models import SecretTexts

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
    Retention(
        name="fieldwork.texts",
        order=205,
        what=_("What people met wrote in their own words, with nothing that leads to them"),
        kept=TEXTS_KEPT,
        since=_("the end of the survey"),
        basis=Basis.MISSION,
        why=_("So that editors read and code it. The codes stay."),
        rows=SecretTexts.objects.exclude(texts=[]).all,
        moment="question__poll__closes_at",
        erase=forget_texts,
    ),
]
