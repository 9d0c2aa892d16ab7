"""Withdrawals of published findings of the comparison: the finding stays, and no page shows it any more."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from veille.models.benchmark import Observation


class Withdrawal(models.Model):
    """Why and when a published finding was withdrawn: a row beside it, since a published finding never changes.

    Its cell is not known any more, until another finding is published there. Readers find the reason among the
    corrections of the criterion.
    """

    observation = models.OneToOneField(
        Observation, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(_("why it is withdrawn"), max_length=300)
    withdrawn_at = models.DateTimeField(_("withdrawn at"))

    class Meta:
        verbose_name = _("withdrawal of a finding")
        verbose_name_plural = _("withdrawals of findings")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="veille_withdrawal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.observation}: {self.reason}"


def is_withdrawn(observation: Observation) -> bool:
    """Says whether a finding was withdrawn. No query for one that was read with its `withdrawal`."""
    return hasattr(observation, "withdrawal")
