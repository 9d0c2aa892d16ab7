"""New trials of repairs, and the history of a finding. Both tables are append-only.

The database enforces it (`HISTORY`).
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.guards import Guard
from fieldwork.models.findings import Finding


class OnlyAdded(models.Model):
    """Append-only row: never saved again nor deleted. The account of a person who leaves is removed from it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is not deleted")


class Retest(OnlyAdded):
    """New trial of one finding: it works or it does not. The tester must not have repaired it or reported the repair.

    Both of those accounts are copied here as of that day, so that the database can compare them with the tester.
    """

    class Outcome(models.TextChoices):
        WORKS = "corrige", pgettext_lazy("new trial", "It works now")
        STILL_THERE = "persiste", pgettext_lazy("new trial", "The problem is still there")

        @property
        def badge_kind(self) -> str:
            return "yes" if self == self.WORKS else "no"

    finding = models.ForeignKey(
        Finding,
        verbose_name=pgettext_lazy("of a trial", "finding"),
        on_delete=models.PROTECT,
        related_name="retests",
    )
    tested_on = models.DateField(_("tested on"))
    version = models.CharField(_("version"), max_length=60, blank=True)
    tester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tester"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="retests",
    )
    outcome = models.CharField(_("how it went"), max_length=10, choices=Outcome)
    note = models.TextField(_("a few words for the team"), max_length=1_000, blank=True)
    created_at = models.DateTimeField(_("received at"))
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    said_fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("new trial")
        verbose_name_plural = _("new trials")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=(Q(tester=None) | Q(said_fixed_by=None) | ~Q(tester=F("said_fixed_by")))
                & (Q(tester=None) | Q(fixed_by=None) | ~Q(tester=F("fixed_by"))),
                name="fieldwork_retest_by_somebody_else",
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} : {self.outcome}"

    @property
    def badge_kind(self) -> str:
        return self.Outcome(self.outcome).badge_kind


class FindingStep(OnlyAdded):
    """Change of state of a finding, or reminder to the service asked."""

    class Kind(models.TextChoices):
        STATE = "etat", pgettext_lazy("step", "Change of state")
        REMINDER = "relance", pgettext_lazy("step", "Reminder to the service")

    class Role(models.TextChoices):
        """Role in which a step was made. It may be shown; the account may not."""

        TEAM = "equipe", pgettext_lazy("step", "Team")
        SERVICE = "service", pgettext_lazy("step", "Service of the city")
        TESTER = "testeur", pgettext_lazy("step", "Tester")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.STATE)
    at = models.DateTimeField(_("date"))
    # Empty for the first step.
    from_state = models.CharField(pgettext_lazy("step", "from"), max_length=12, choices=Finding.State, blank=True)
    to_state = models.CharField(pgettext_lazy("step", "to"), max_length=12, choices=Finding.State)
    role = models.CharField(_("in the role of"), max_length=8, choices=Role)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, max_length=2_000)
    # New trial that caused the step, if any.
    retest = models.ForeignKey(Retest, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("step of a finding")
        verbose_name_plural = _("steps of findings")
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["finding", "at"], name="fieldwork_finding_step_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="etat") & ~Q(from_state=F("to_state")) | Q(kind="relance", from_state=F("to_state")),
                name="fieldwork_step_moves_unless_a_reminder",
            ),
            models.CheckConstraint(
                condition=~Q(to_state="verifie") | Q(retest__isnull=False), name="fieldwork_step_verified_by_a_retest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} : {self.from_state} → {self.to_state}"


HISTORY = Guard(
    "fieldwork_history_switch",
    "The history of a finding and its new trials are only added, neither changed nor deleted.",
)
HISTORY.append_only(FindingStep, nullable_fields=["actor"])
HISTORY.append_only(Retest, nullable_fields=["tester", "said_fixed_by", "fixed_by"])
