"""Errors of the site, grouped: what somebody has to hear of; the mark of its files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.Model):
    """One error, however often it happens. It names nobody: the words of an error stay in the log."""

    fingerprint = models.CharField(max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    # The name of a view or of a task.
    asked = models.CharField(_("asked by"), max_length=120, blank=True)
    # Of the last time, to find its lines in the log.
    request_id = models.CharField(_("number in the log"), max_length=64, blank=True)
    first_at = models.DateTimeField(_("first time"))
    last_at = models.DateTimeField(_("last time"), db_index=True)
    count = models.PositiveIntegerField(_("times"))
    # How many of them a mail has told, and when the last one did.
    told_count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("error of the site")
        verbose_name_plural = _("errors of the site")
        ordering = ["-last_at", "-pk"]
        # Nobody changes one: `operations.permissions` says who sees them.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} ({self.place})"

    @property
    def untold(self) -> int:
        """How many times nobody was told of."""
        return self.count - self.told_count


class MediaMark(models.Model):
    """What stands in the file `store.id` among the files of the site: one row. Who reads another there has others."""

    key = models.CharField(_("mark"), max_length=64)

    class Meta:
        verbose_name = _("mark of the files")
        verbose_name_plural = _("marks of the files")
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="operations_mediamark_is_one_row")]

    def __str__(self) -> str:
        return self.key
