"""Data exports, inactivity warnings, and the record of erased accounts."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.models import Message


class DataExport(models.Model):
    """Export of the personal data of a user: requested, built by the worker, kept for a day.

    The archive is in the row and not among the media: it is deleted with the row, and only the page that checks the
    owner gives access to it.
    """

    LIFE: ClassVar = timedelta(hours=24)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="data_export"
    )
    asked_at = models.DateTimeField(_("asked at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    archive = models.BinaryField(_("file"), null=True, blank=True)

    class Meta:
        verbose_name = _("copy of personal data")
        verbose_name_plural = _("copies of personal data")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ready_at=None, archive=None)
                | models.Q(ready_at__isnull=False, archive__isnull=False),
                name="accounts_export_ready_has_a_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"

    @property
    def ends_at(self) -> datetime | None:
        """Time of deletion; None until the export is built."""
        return self.ready_at and self.ready_at + self.LIFE

    def is_over(self, now: datetime) -> bool:
        """Returns whether the export has expired, even if not deleted yet."""
        return self.ends_at is not None and self.ends_at <= now


class InactivityWarning(models.Model):
    """Warning that an unused account will be erased. There are two before the erasure; a sign-in deletes them."""

    # Time between each warning and the erasure.
    BEFORE: ClassVar = {1: timedelta(days=30), 2: timedelta(days=7)}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="inactivity_warnings",
    )
    number = models.PositiveSmallIntegerField(_("number"))
    sent_at = models.DateTimeField(_("sent at"))
    # Its row in the outbox: an account whose warning was not sent is not erased.
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("warning before an erasure")
        verbose_name_plural = _("warnings before an erasure")
        constraints = [models.UniqueConstraint(fields=["user", "number"], name="accounts_inactivity_warned_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.number}"


class ErasedAccount(models.Model):
    """Keyed hash of an erased account, with which a restored copy of the database is erased again."""

    account_hash = models.CharField(_("hash of the account"), max_length=64, unique=True)
    # True if the user asked to erase the texts too.
    removes_texts = models.BooleanField(_("with the texts"), default=False)
    erased_at = models.DateTimeField(_("erased at"))

    class Meta:
        verbose_name = _("erased account")
        verbose_name_plural = _("erased accounts")

    def __str__(self) -> str:
        return f"{self.account_hash[:8]}…"
