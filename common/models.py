"""Rate limit counts, locks (`common.locks`), files still to delete, and runs of erasure jobs."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Count(models.Model):
    """Number of actions of a user, address or network until `ends_at`; `key` is a keyed hash of both."""

    key = models.CharField(_("hash"), max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("count"), default=0)
    ends_at = models.DateTimeField(_("ends at"), db_index=True)

    class Meta:
        verbose_name = _("count of a limit")
        verbose_name_plural = _("counts of limits")

    def __str__(self) -> str:
        return self.key


class RetentionRun(models.Model):
    """Last run of an erasure job (`common.retention`): counts and times, no personal data."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    ran_at = models.DateTimeField(_("last run"), null=True)
    # Last erasure, and number of erased rows, added up over consecutive runs.
    erased_at = models.DateTimeField(_("last erasure"), null=True)
    erased = models.PositiveIntegerField(_("erased"), default=0)
    failed_at = models.DateTimeField(_("failed at"), null=True)

    class Meta:
        verbose_name = _("run of an erasure")
        verbose_name_plural = _("runs of erasures")

    def __str__(self) -> str:
        return self.name

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Returns whether the job is due: after `every`, while unfinished, or if `ran_at` is in the future."""
        if self.ran_at is None or self.failed_at or self.goes_on:
            return True
        return not timedelta(0) <= now - self.ran_at < every

    @property
    def goes_on(self) -> bool:
        """True if the last run erased rows: there may be more."""
        return self.erased_at is not None and self.erased_at == self.ran_at

    def note(self, count: int, now: datetime) -> None:
        """Records a run that erased `count` rows."""
        if count:
            self.erased = self.erased + count if self.goes_on else count
            self.erased_at = now
        self.ran_at, self.failed_at = now, None
        self._upsert()

    def note_failure(self, now: datetime) -> None:
        self.failed_at = now
        self._upsert()

    def _upsert(self) -> None:
        """Saves the row in one statement: the tick of another worker may be creating it."""
        fields = ["ran_at", "erased_at", "erased", "failed_at"]
        RetentionRun.objects.bulk_create([self], update_conflicts=True, unique_fields=["name"], update_fields=fields)


class Turn(models.Model):
    """Lock with a time from which it is available, such as one per requested host (`common.locks`)."""

    key = models.CharField(_("what"), max_length=300, primary_key=True)
    free_at = models.DateTimeField(_("free at"), db_index=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")

    def __str__(self) -> str:
        return self.key


class UndeletedFile(models.Model):
    """Unreferenced file that the store could not delete yet (`common.media`)."""

    name = models.CharField(_("name"), max_length=1_024, primary_key=True)
    since = models.DateTimeField(_("since"), db_index=True)

    class Meta:
        verbose_name = _("file to delete")
        verbose_name_plural = _("files to delete")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
