"""How often somebody did what has a limit (`common.limits`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Count(models.Model):
    """How often one person, address or network did one thing until `ends_at`; the keyed hash says of whom and what."""

    key = models.CharField(_("hash"), max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("count"), default=0)
    ends_at = models.DateTimeField(_("ends at"), db_index=True)

    class Meta:
        verbose_name = _("count of a limit")
        verbose_name_plural = _("counts of limits")

    def __str__(self) -> str:
        return self.key
