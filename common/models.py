"""Counts of limits, turns (`common.turns`), files still to delete, and what the jobs that erase did last."""

from datetime import datetime, timedelta

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


class RetentionRun(models.Model):
    """What a job that erases did last (`common.retention`): numbers and moments, nothing about anybody."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    ran_at = models.DateTimeField(_("last run"), null=True)
    # The last time it found something, and how much: what ticks in a row erased is counted together.
    erased_at = models.DateTimeField(_("last erasure"), null=True)
    erased = models.PositiveIntegerField(_("erased"), default=0)
    failed_at = models.DateTimeField(_("failed at"), null=True)

    class Meta:
        verbose_name = _("run of an erasure")
        verbose_name_plural = _("runs of erasures")

    def __str__(self) -> str:
        return self.name

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Its pause is over, it has not finished, or a restored copy says that it ran in the future."""
        if self.ran_at is None or self.failed_at or self.goes_on:
            return True
        return not timedelta(0) <= now - self.ran_at < every

    @property
    def goes_on(self) -> bool:
        """The last run found something: there may be more."""
        return self.erased_at is not None and self.erased_at == self.ran_at

    def note(self, count: int, now: datetime) -> None:
        """Notes a run that erased `count` things."""
        if count:
            self.erased = self.erased + count if self.goes_on else count
            self.erased_at = now
        self.ran_at, self.failed_at = now, None
        self.save()

    def note_failure(self, now: datetime) -> None:
        self.failed_at = now
        self.save()


class Turn(models.Model):
    """When the next process may do what only one does at a time, such as asking a host (`common.turns`)."""

    key = models.CharField(_("what"), max_length=300, primary_key=True)
    free_at = models.DateTimeField(_("free at"), db_index=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")

    def __str__(self) -> str:
        return self.key


class UndeletedFile(models.Model):
    """A file of which nothing tells any more, and that its store would not delete yet (`common.media`)."""

    name = models.CharField(_("name"), max_length=1_024, primary_key=True)
    since = models.DateTimeField(_("since"), db_index=True)

    class Meta:
        verbose_name = _("file to delete")
        verbose_name_plural = _("files to delete")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
