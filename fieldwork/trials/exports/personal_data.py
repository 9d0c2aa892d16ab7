"""Personal data of the trials: trials, findings, new trials, echoes and decisions of an account, and their erasure."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from common.personal_data import ErasureLine, Fate, PersonalDataSet, rows_of
from fieldwork.models import DraftPicture, Echo, Finding, FindingStep, Retest, Trial, TrialDraft

TRIALS = ngettext_lazy("%(count)d trial, without your name", "%(count)d trials, without your name", "count")
RETESTS = ngettext_lazy("%(count)d new trial, without your name", "%(count)d new trials, without your name", "count")
DRAFTS = ngettext_lazy("%(count)d trial that you have not sent", "%(count)d trials that you have not sent", "count")
ECHOES = ngettext_lazy(
    "%(count)d finding of which you said that you have it too",
    "%(count)d findings of which you said that you have them too",
    "count",
)


def held_by_trials(user: User) -> Iterator[PersonalDataSet]:
    """Yields the trials of the account with their findings, its new trials, drafts, echoes and decisions.

    Of a sensitive finding only the number is exported, since the file may get into other hands.
    """
    answers = ("device", "browser", "assistive_technology", "outcome", "minutes", "ease", "comment")
    trials = Trial.objects.filter(tester=user).order_by("pk")
    yield PersonalDataSet(
        "fieldwork.trials", _("Trials"), rows_of(trials, "scenario__goal", *answers, "tried_on", "created_at")
    )
    found = Finding.objects.filter(trial__tester=user, is_sensitive=False).order_by("pk")
    said = ("pk", "what_happened", "expected", "severity", "picture_description", "state", "created_at")
    pictures = [one.picture for one in found.exclude(picture="").only("picture")]
    yield PersonalDataSet("fieldwork.findings", _("Findings"), rows_of(found, *said), pictures)
    retests = Retest.objects.filter(tester=user).order_by("pk")
    again = ("finding", "tested_on", "version", "outcome", "note", "created_at")
    yield PersonalDataSet("fieldwork.retests", _("New trials"), rows_of(retests, *again))
    drafts = TrialDraft.objects.filter(author=user).order_by("created_at")
    kept = [one.file for one in DraftPicture.objects.filter(draft__author=user)]
    told = rows_of(drafts, "scenario__goal", "updated_at")
    yield PersonalDataSet("fieldwork.drafts", _("Drafts of trials"), told, kept)
    echoes = Echo.objects.filter(user=user).order_by("pk")
    yield PersonalDataSet("fieldwork.echoes", _("Same problems"), rows_of(echoes, "finding", "created_at"))
    yield from _done_for_others(user)


def _done_for_others(user: User) -> Iterator[PersonalDataSet]:
    """Yields the actions of the account as team, agent or service: numbers and states, without texts of others."""
    entered = Trial.objects.filter(agent=user).order_by("pk")
    yield PersonalDataSet("fieldwork.entered", _("Trials entered for somebody"), rows_of(entered, "pk", "created_at"))
    steps = FindingStep.objects.filter(actor=user).order_by("pk")
    moved = ("finding", "at", "from_state", "to_state", "role")
    yield PersonalDataSet("fieldwork.steps", _("Decisions about findings"), rows_of(steps, *moved))
    repaired = Q(said_fixed_by=user) | Q(fixed_by=user)
    findings, retests = Finding.objects.filter(repaired).order_by("pk"), Retest.objects.filter(repaired).order_by("pk")
    yield PersonalDataSet("fieldwork.repairs", _("Repairs of findings"), rows_of(findings, "pk", "fixed_in", "state"))
    yield PersonalDataSet(
        "fieldwork.retested", _("New trials of these repairs"), rows_of(retests, "finding", "tested_on", "outcome")
    )


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the data deleted with the account, and the data kept without its name."""
    for fate, words, rows in (
        (Fate.GOES, DRAFTS, TrialDraft.objects.filter(author=user)),
        (Fate.GOES, ECHOES, Echo.objects.filter(user=user)),
        (Fate.STAYS, TRIALS, Trial.objects.filter(tester=user)),
        (Fate.STAYS, RETESTS, Retest.objects.filter(tester=user)),
    ):
        if count := rows.count():
            yield ErasureLine(fate, words % {"count": count})
