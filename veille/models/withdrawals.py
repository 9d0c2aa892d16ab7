"""Withdrawals of published observations of the comparison: the observation is kept but hidden."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from veille.models.benchmark import Observation


class Withdrawal(models.Model):
    """Withdrawal of a published observation: reason and date, in a row of its own because the observation is immutable.

    Its cell is unknown until another observation is published. The reason is listed among the corrections of the
    criterion.
    """

    observation = models.OneToOneField(
        Observation, verbose_name=_("observation"), on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(_("why it is withdrawn"), max_length=300)
    withdrawn_at = models.DateTimeField(_("withdrawn at"))

    class Meta:
        verbose_name = _("withdrawal of an observation")
        verbose_name_plural = _("withdrawals of observations")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="veille_withdrawal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.observation}: {self.reason}"


def is_withdrawn(observation: Observation) -> bool:
    """Returns whether an observation was withdrawn. No query if it was loaded with its `withdrawal`."""
    return hasattr(observation, "withdrawal")
