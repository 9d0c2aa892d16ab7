"""What this app keeps of people, and for how long."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from common.retention import Basis, Retention
from fieldwork.models import Echo, Trial, TrialDraft
from fieldwork.trials.services.drafts import forget_old_drafts

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
        name="fieldwork.drafts",
        order=181,
        what=_("Trials that were begun and not sent, with their pictures"),
        kept=timedelta(days=TrialDraft.DAYS_KEPT),
        since=_("the last change"),
        basis=Basis.MISSION,
        why=_("The time to come back to it."),
        rows=TrialDraft.objects.all,
        moment="updated_at",
        erase=forget_old_drafts,
    ),
    Retention(
        name="fieldwork.echoes",
        order=182,
        what=_("Who said to have the same problem; nobody sees it"),
        since=_("until it is taken back, or the account is erased"),
        basis=Basis.MISSION,
        why=_("So that each counts once."),
        rows=Echo.objects.all,
    ),
]
