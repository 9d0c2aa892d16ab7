"""Personal data of the field work."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from fieldwork.models import Echo, Finding, Trial, TrialDraft, Volunteer
from fieldwork.models.findings import PICTURE_KEPT
from fieldwork.surveys.services.coding import TEXTS_KEPT, forget_texts
from fieldwork.trials.services.drafts import forget_old_drafts
from fieldwork.trials.services.pictures import forget_pictures
from fieldwork.volunteers.services import KEPT, forget_volunteers
from polls.models import SecretTexts

PERSONAL_DATA = [
    PersonalData(
        name="fieldwork.trials",
        order=178,
        what=_("Trials of services, what was found in them and new trials, with the account of the tester"),
        since=_("without limit; the account is taken out of them when it is erased"),
        basis=Basis.MISSION,
        why=_("So that repairs can be followed, and the tester told of them."),
        rows=Trial.objects.all,
    ),
    PersonalData(
        name="fieldwork.pictures",
        order=179,
        what=_("Pictures of findings that were set aside, told before, or sensitive and verified"),
        kept=PICTURE_KEPT,
        since=_("the decision, or the verified repair; the words stay"),
        basis=Basis.MISSION,
        why=_("To come back to a decision. Nobody needs the picture for a repair."),
        rows=Finding.objects.with_spent_picture,
        moment="state_changed_at",
        erase=forget_pictures,
    ),
    PersonalData(
        name="fieldwork.volunteers",
        order=183,
        what=_("Which members go to an outing or take part in a campaign"),
        kept=KEPT,
        since=_("the end of the outing or of the campaign"),
        basis=Basis.MISSION,
        why=_("So that those who go find one another, and the committee can thank them in its yearly report."),
        rows=Volunteer.objects.all,
        erase=forget_volunteers,
    ),
    PersonalData(
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
    PersonalData(
        name="fieldwork.echoes",
        order=182,
        what=_("Who said to have the same problem; nobody sees it"),
        since=_("until it is taken back, or the account is erased"),
        basis=Basis.MISSION,
        why=_("So that each counts once."),
        rows=Echo.objects.all,
    ),
    PersonalData(
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
