"""A copy of the data of an account; warnings before one that nobody uses is erased; what is left of an erasure."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.models import Message


class DataExport(models.Model):
    """A copy of what the site holds of an account: asked for, then made by the worker, then kept for a day.

    The file is in this row, not among the media: what is deleted with the row is gone, and no URL leads to it but that
    of the page that asks whose it is.
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
        """When it is deleted; None as long as it is not made."""
        return self.ready_at and self.ready_at + self.LIFE

    def is_over(self, now: datetime) -> bool:
        """It may not be given any more, even where no tick has deleted it yet."""
        return self.ends_at is not None and self.ends_at <= now


class InactivityWarning(models.Model):
    """A mail that says that an account will be erased since nobody uses it: two, and it is. A sign-in deletes them."""

    # How long before the erasure each of them is sent.
    BEFORE: ClassVar = {1: timedelta(days=30), 2: timedelta(days=7)}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="inactivity_warnings",
    )
    number = models.PositiveSmallIntegerField(_("number"))
    sent_at = models.DateTimeField(_("sent at"))
    # Its row in the outbox: who was not written to is not erased.
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("warning before an erasure")
        verbose_name_plural = _("warnings before an erasure")
        constraints = [models.UniqueConstraint(fields=["user", "number"], name="accounts_inactivity_warned_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.number}"


class ErasedAccount(models.Model):
    """An account that was erased, as a keyed hash: a copy of the database that is restored erases it again."""

    account_hash = models.CharField(_("hash of the account"), max_length=64, unique=True)
    # The person asked that the texts go too.
    removes_texts = models.BooleanField(_("with the texts"), default=False)
    erased_at = models.DateTimeField(_("erased at"))

    class Meta:
        verbose_name = _("erased account")
        verbose_name_plural = _("erased accounts")

    def __str__(self) -> str:
        return f"{self.account_hash[:8]}…"
