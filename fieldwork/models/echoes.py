"""Echoes of a finding: other users who have the same problem confirm it without a report of their own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fieldwork.models.findings import Finding


class Echo(models.Model):
    """Statement of an account that it has the same problem, at most once. Pages show the number only, never names."""

    finding = models.ForeignKey(
        Finding, verbose_name=pgettext_lazy("of a trial", "finding"), on_delete=models.CASCADE, related_name="echoes"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("same problem")
        verbose_name_plural = _("same problems")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["finding", "user"], name="fieldwork_echo_once")]

    def __str__(self) -> str:
        return f"{self.finding_id}"
