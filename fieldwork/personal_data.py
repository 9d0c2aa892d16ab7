"""Personal data of the field work."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from common.personal_data import Basis, Counted, ErasurePolicy, Export, Owned, PersonalData, PersonalDataSet, rows_of
from fieldwork.models import DraftPicture, Echo, Finding, FindingStep, Retest, Trial, TrialDraft, Volunteer
from fieldwork.models.findings import PICTURE_KEPT
from fieldwork.surveys.services.coding import TEXTS_KEPT, forget_texts
from fieldwork.trials.services.drafts import forget_old_drafts
from fieldwork.trials.services.pictures import forget_pictures
from fieldwork.volunteers.services import KEPT, forget_volunteers
from polls.models import SecretTexts


def _drafts(user: User) -> Iterator[PersonalDataSet]:
    drafts = TrialDraft.objects.filter(author=user).order_by("created_at")
    pictures = [one.file for one in DraftPicture.objects.filter(draft__author=user)]
    rows = rows_of(drafts, "scenario__goal", "updated_at")
    yield PersonalDataSet("fieldwork.drafts", _("Drafts of trials"), rows, pictures)


PERSONAL_DATA = [
    PersonalData(
        name="fieldwork.trials",
        order=178,
        what=_("Trials of services, what was found in them and new trials, with the account of the tester"),
        since=_("without limit; the account is taken out of them when it is erased"),
        basis=Basis.MISSION,
        why=_("So that repairs can be followed, and the tester told of them."),
        rows=Trial.objects.all,
        exports=(
            Export(
                "fieldwork.trials",
                _("Trials"),
                Owned(Trial, "tester"),
                (
                    *("scenario__goal", "device", "browser", "assistive_technology", "outcome", "minutes", "ease"),
                    *("comment", "tried_on", "created_at"),
                ),
            ),
            # Without sensitive findings: the file may get into other hands.
            Export(
                "fieldwork.findings",
                _("Findings"),
                Owned(Finding, "trial__tester", is_sensitive=False),
                ("pk", "what_happened", "expected", "severity", "picture_description", "state", "created_at"),
                file="picture",
            ),
            Export(
                "fieldwork.retests",
                _("New trials"),
                Owned(Retest, "tester"),
                ("finding", "tested_on", "version", "outcome", "note", "created_at"),
            ),
            # As team, agent or service: numbers and states, without texts of others.
            Export("fieldwork.entered", _("Trials entered for somebody"), Owned(Trial, "agent"), ("pk", "created_at")),
            Export(
                "fieldwork.steps",
                _("Decisions about findings"),
                Owned(FindingStep, "actor"),
                ("finding", "at", "from_state", "to_state", "role"),
            ),
            Export(
                "fieldwork.repairs",
                _("Repairs of findings"),
                Owned(Finding, "said_fixed_by", "fixed_by"),
                ("pk", "fixed_in", "state"),
            ),
            Export(
                "fieldwork.retested",
                _("New trials of these repairs"),
                Owned(Retest, "said_fixed_by", "fixed_by"),
                ("finding", "tested_on", "outcome"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy("%(count)d trial, without your name", "%(count)d trials, without your name", "count"),
                Owned(Trial, "tester"),
            ),
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d new trial, without your name", "%(count)d new trials, without your name", "count"
                ),
                Owned(Retest, "tester"),
            ),
        ),
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
        exports=(
            Export(
                "fieldwork.volunteering",
                _("Outings and campaigns"),
                Owned(Volunteer, "user"),
                ("outing__place", "outing__starts_at", "campaign__title", "since", "times_told", "reminded_at"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy(
                    "%(count)d outing or campaign in which you take part",
                    "%(count)d outings or campaigns in which you take part",
                    "count",
                ),
                Owned(Volunteer, "user"),
            ),
        ),
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
        exports=(_drafts,),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy(
                    "%(count)d trial that you have not sent", "%(count)d trials that you have not sent", "count"
                ),
                Owned(TrialDraft, "author"),
            ),
        ),
    ),
    PersonalData(
        name="fieldwork.echoes",
        order=182,
        what=_("Who said to have the same problem; nobody sees it"),
        since=_("until it is taken back, or the account is erased"),
        basis=Basis.MISSION,
        why=_("So that each counts once."),
        rows=Echo.objects.all,
        exports=(Export("fieldwork.echoes", _("Same problems"), Owned(Echo, "user"), ("finding", "created_at")),),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy(
                    "%(count)d finding of which you said that you have it too",
                    "%(count)d findings of which you said that you have them too",
                    "count",
                ),
                Owned(Echo, "user"),
            ),
        ),
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
