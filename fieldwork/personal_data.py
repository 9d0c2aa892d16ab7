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
    pictures = [picture.file for picture in DraftPicture.objects.filter(draft__author=user)]
    rows = rows_of(drafts, "scenario__goal", "updated_at")
    yield PersonalDataSet("fieldwork.drafts", _("Drafts of trials"), rows, pictures)


PERSONAL_DATA = [
    PersonalData(
        name="fieldwork.trials",
        order=178,
        data=_("Trials of services, findings and retests, with the account of the tester"),
        since=_("without limit; the account is removed when it is erased"),
        basis=Basis.MISSION,
        purpose=_("To follow repairs, and to inform the tester."),
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
                _("Retests"),
                Owned(Retest, "tester"),
                ("finding", "tested_on", "version", "outcome", "note", "created_at"),
            ),
            # As team, agent or service: numbers and states, without texts of others.
            Export("fieldwork.entered", _("Trials entered for others"), Owned(Trial, "agent"), ("pk", "created_at")),
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
                _("Retests of these repairs"),
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
        data=_("Pictures of findings that were rejected, duplicate, or sensitive and verified"),
        period=PICTURE_KEPT,
        since=_("the decision, or the verified repair; the text stays"),
        basis=Basis.MISSION,
        purpose=_("To reconsider a decision. The picture is no longer needed for a repair."),
        rows=Finding.objects.with_spent_picture,
        moment="state_changed_at",
        erase=forget_pictures,
    ),
    PersonalData(
        name="fieldwork.volunteers",
        order=183,
        data=_("Members who go to an outing or take part in a campaign"),
        period=KEPT,
        since=_("the end of the outing or of the campaign"),
        basis=Basis.MISSION,
        purpose=_("Volunteers find each other, and the committee thanks them in its yearly report."),
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
        data=_("Unsent trials, with their pictures"),
        period=timedelta(days=TrialDraft.DAYS_KEPT),
        since=_("the last change"),
        basis=Basis.MISSION,
        purpose=_("Time to return to it."),
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
        data=_("People who have the same problem; visible to nobody"),
        since=_("until it is withdrawn, or the account is erased"),
        basis=Basis.MISSION,
        purpose=_("Each person counts once."),
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
        data=_("Free text of the people met, without anything that identifies them"),
        period=TEXTS_KEPT,
        since=_("the end of the survey"),
        basis=Basis.MISSION,
        purpose=_("Editors read and code it. The codes stay."),
        rows=SecretTexts.objects.exclude(texts=[]).all,
        moment="question__poll__closes_at",
        erase=forget_texts,
    ),
]
