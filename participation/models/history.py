"""History of a proposal: changes of state, and reminders."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from participation.models.answers import OfficialAnswer
from participation.models.proposals import Proposal


class ProposalStep(models.Model):
    """Change of state, or reminder to the service in charge. Never changed once written."""

    class Kind(models.TextChoices):
        STATE = "etat", pgettext_lazy("step", "Change of state")
        REMINDER = "relance", pgettext_lazy("step", "Reminder to the service")

    class Role(models.TextChoices):
        """Role in which a user made the step. The role may be shown; the user may not."""

        TEAM = "equipe", pgettext_lazy("step", "Team")
        SERVICE = "service", pgettext_lazy("step", "Service of the city")
        AUTHOR = "auteur", pgettext_lazy("step", "Author")
        IMPORT = "import", pgettext_lazy("step", "Import")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.STATE)
    at = models.DateTimeField(_("date"))
    # Empty for the first step of a proposal.
    from_state = models.CharField(pgettext_lazy("step", "from"), max_length=20, choices=Proposal.State, blank=True)
    to_state = models.CharField(pgettext_lazy("step", "to"), max_length=20, choices=Proposal.State)
    role = models.CharField(_("in the role of"), max_length=8, choices=Role)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, max_length=5_000)
    # The proposal into which this step merged this one.
    target = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # The answer that made this step.
    answer = models.ForeignKey(OfficialAnswer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of proposals")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["proposal", "at"], name="participation_step_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="etat") & ~Q(from_state=F("to_state")) | Q(kind="relance", from_state=F("to_state")),
                name="participation_step_moves_unless_a_reminder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} : {self.from_state} → {self.to_state}"
