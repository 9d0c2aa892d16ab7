"""Work of an account for the institution, in its export."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.personal_data import LabelledStr, PersonalDataSet
from participation.models import Appeal, Decision, DeskEntry, OfficialAnswer, ProposalStep, Report

ACTS = {
    "decisions_of_moderation": _("decisions of moderation"),
    "answers_to_reports": _("answers to reports"),
    "second_looks": _("second readings"),
    "official_answers": _("official answers"),
    "steps_of_proposals": _("steps of proposals"),
    "entries_for_others": _("texts entered for others"),
}


def acts_of(user: User) -> Iterator[PersonalDataSet]:
    """Yields how often the user acted for the team or for a service.

    Only counts: the rows are about other people, and their content is the institution's.
    """
    acts: dict[str, QuerySet[Any]] = {
        "decisions_of_moderation": Decision.objects.filter(moderator=user),
        "answers_to_reports": Report.objects.filter(decided_by=user),
        "second_looks": Appeal.objects.filter(decided_by=user),
        "official_answers": OfficialAnswer.objects.filter(writer=user),
        "steps_of_proposals": ProposalStep.objects.filter(actor=user).exclude(role=ProposalStep.Role.AUTHOR),
        "entries_for_others": DeskEntry.objects.filter(agent=user),
    }
    counts = {act: rows.count() for act, rows in acts.items()}
    rows = [{"act": LabelledStr(act, ACTS[act]), "count": count} for act, count in counts.items() if count]
    yield PersonalDataSet("participation.acts", _("Work for the institution"), rows)
