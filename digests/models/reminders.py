"""Reminders of sessions, by request."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from committee.models import SessionPage


class SessionReminder(models.Model):
    """Reminder of a session, on the day before, requested by a user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="session_reminders",
    )
    session = models.ForeignKey(
        SessionPage, verbose_name=_("session"), on_delete=models.CASCADE, related_name="reminders"
    )
    created_at = models.DateTimeField(_("asked at"))
    # Key of the last facts sent (`digests.services.reminders.facts_of`), and number of mails sent.
    told = models.CharField(_("facts told"), max_length=64, blank=True, editable=False)
    # The same facts in words (`common.appointments`), to list changes. Empty in rows older than this field.
    said = models.JSONField(_("words told"), null=True, blank=True, editable=False)
    times_told = models.PositiveSmallIntegerField(_("times told"), default=0, editable=False)

    class Meta:
        verbose_name = _("reminder of a session")
        verbose_name_plural = _("reminders of sessions")
        constraints = [models.UniqueConstraint(fields=["user", "session"], name="digests_reminder_once")]

    def __str__(self) -> str:
        return f"{self.session_id} / {self.user_id}"
