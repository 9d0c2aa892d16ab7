"""Steps of the dossier of a proposal: kinds, states and stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from cms.models import CustomDocument


class DossierStepKind(models.TextChoices):
    """Kinds of steps, in order. The values are in the JSON file: they never change."""

    IDEA = "idee", gettext_lazy("The idea")
    AGENDA = "ordre-du-jour", gettext_lazy("On the agenda of a session")
    MINUTES = "compte-rendu", gettext_lazy("Minutes of the session")
    DECISION = "decision", gettext_lazy("Decision of the committee")
    ANSWER = "reponse", gettext_lazy("Official answer")
    DELIVERABLE = "livrable", gettext_lazy("What is delivered")


class Status(models.TextChoices):
    """States of a step. The values are in the JSON file, and name the marks on the page."""

    DONE = "fait", pgettext_lazy("dossier", "Done")
    EXPECTED = "attendu", pgettext_lazy("dossier", "Expected")
    LATE = "en-retard", pgettext_lazy("dossier", "Late")
    MISSING = "manque", pgettext_lazy("dossier", "Missing")


# For placeholders: expected steps, and steps never made.
NOT_YET = {
    DossierStepKind.AGENDA: gettext_lazy("It is not on the agenda of a session yet."),
    DossierStepKind.MINUTES: gettext_lazy("They come after the session."),
    DossierStepKind.DECISION: gettext_lazy("It comes after the session."),
    DossierStepKind.ANSWER: gettext_lazy("There is no answer yet."),
    DossierStepKind.DELIVERABLE: gettext_lazy("Nothing is planned yet."),
}
NEVER = {
    DossierStepKind.AGENDA: gettext_lazy("No session dealt with it."),
    DossierStepKind.MINUTES: gettext_lazy("There are no minutes."),
    DossierStepKind.DECISION: gettext_lazy("No decision is written down."),
    DossierStepKind.ANSWER: gettext_lazy("There is no answer."),
    DossierStepKind.DELIVERABLE: gettext_lazy("No deliverable is written down."),
}


@dataclass(frozen=True, kw_only=True)
class DossierStep:
    """One dated fact. `on` is the date of the fact, `due` the announced date.

    `by` is the service, or the person responsible. `how` is how a decision was taken. `place` is the session or the
    topic, and `url` its page; `document` is a file as evidence. `about` is the number of the proposal concerned, if
    it was merged into this one.
    """

    kind: DossierStepKind
    status: Status
    label: str
    on: date | None = None
    due: date | None = None
    by: str = ""
    place: str = ""
    how: str = ""
    url: str = ""
    document: CustomDocument | None = None
    about: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Steps of one kind."""

    kind: DossierStepKind
    steps: Sequence[DossierStep]

    @property
    def mark(self) -> str:
        """Mark on the timeline: done, current (some steps are), future or missing."""
        statuses = {step.status for step in self.steps}
        if statuses == {Status.DONE}:
            return "done"
        if Status.DONE in statuses:
            return "current"
        return "missing" if Status.MISSING in statuses else "future"
