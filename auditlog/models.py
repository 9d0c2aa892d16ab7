"""Audit log: who did what, when and from which network, as keys and code identifiers (docs/audit-log.md)."""

import re
from datetime import timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.guards import Guard

# Code identifiers and numbers with separators. Human text fails: it has spaces, capitals or an @.
IDENTIFIERS = re.compile(r"[a-z0-9_.:/+-]*( [a-z0-9_.:/+-]+)*")


class EntryKind(models.TextChoices):
    """Category of an entry, for filtering the list."""

    SIGN_IN = "sign_in", _("Sign-ins")
    LIMIT = "limit", _("Limits reached")
    RIGHTS = "rights", _("Rights")
    ACCOUNT = "account", _("Accounts: passwords, addresses, sessions")
    EXPORT = "export", _("Exports")
    ERASURE = "erasure", _("Erasures")
    MODERATION = "moderation", _("Moderation")
    SETTINGS = "settings", _("Settings of the site")
    POLL = "poll", _("Polls")
    CONTENT = "content", _("Pages, sessions and mailings")


class Entry(models.Model):
    """Performed or refused action. The database refuses updates, and deletions within `RETENTION`."""

    class Result(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    # Equal to the period of `LOG`, which the database keeps: a shorter one would delete nothing.
    RETENTION: ClassVar = timedelta(days=365)

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind)
    # A `common.audit.Act`, or an action of Wagtail's log.
    action = models.CharField(_("act"), max_length=100)
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.DONE)
    # Not foreign keys: the values remain when the account or object is deleted.
    actor = models.BigIntegerField(_("account that acted"), null=True, db_index=True)
    model = models.CharField(_("type of the object"), max_length=100, blank=True)
    object_id = models.CharField(_("number of the object"), max_length=255, blank=True)
    details = models.TextField(_("details"), blank=True)
    network = models.CharField(_("network"), max_length=43, blank=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("entries of the audit log")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["kind", "-at"], name="auditlog_by_kind"),
            models.Index(fields=["model", "object_id"], name="auditlog_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    def clean(self) -> None:
        """Raises `ValidationError` for values that could be human text."""
        for value in (self.action, self.model, self.object_id, self.details, self.network):
            if not IDENTIFIERS.fullmatch(value):
                raise ValidationError(_("The audit log holds names of the code and numbers only."))


LOG = Guard(
    "auditlog_switch", "The audit log only grows: entries are neither changed nor deleted before a year is over."
)
LOG.append_only(Entry, undeletable_while="DAYS_SINCE(ROW.at) < 365")
# A tolerance: the clock of the database is another one, and a wrong time zone must not stop the site.
LOG.refuse(
    Entry,
    "INSERT",
    "abs(DAYS_SINCE(NEW.at)) > 3.0 / 24",
    "The audit log only grows: an entry has the time at which it is written.",
)
