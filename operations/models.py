"""Errors of the site, grouped, and the mark of its media."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.Model):
    """Error with its number of occurrences. Holds no personal data: the error message is only in the log."""

    fingerprint = models.CharField(max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    # Name of a view or task.
    asked = models.CharField(_("asked by"), max_length=120, blank=True)
    # Request identifier of the last occurrence, to find it in the log.
    request_id = models.CharField(_("number in the log"), max_length=64, blank=True)
    first_at = models.DateTimeField(_("first time"))
    last_at = models.DateTimeField(_("last time"), db_index=True)
    count = models.PositiveIntegerField(_("times"))
    # Number of occurrences reported by mail, and time of the last report.
    told_count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("error of the site")
        verbose_name_plural = _("errors of the site")
        ordering = ["-last_at", "-pk"]
        # Read-only: `operations.permissions` defines who sees them.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} ({self.place})"

    @property
    def untold(self) -> int:
        """Number of occurrences not reported by mail yet."""
        return self.count - self.told_count


class MediaMark(models.Model):
    """Identifier of the media, also written to `store.id` among them (one row).

    A process that reads another value has the wrong media mounted.
    """

    key = models.CharField(_("mark"), max_length=64)

    class Meta:
        verbose_name = _("mark of the files")
        verbose_name_plural = _("marks of the files")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="operations_mediamark_is_one_row")]

    def __str__(self) -> str:
        return self.key
