"""Reminders of sessions that people asked for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from committee.models import SessionPage


class SessionReminder(models.Model):
    """Reminder of a session, the day before, that a person asked for."""

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
    # What the person was last told of it (`digests.services.reminders.facts_of`), and how often she was told.
    told = models.CharField(_("facts told"), max_length=64, blank=True, editable=False)
    # The same in words (`common.appointments`), to say what has changed since. Empty before the site kept them.
    said = models.JSONField(_("words told"), null=True, blank=True, editable=False)
    times_told = models.PositiveSmallIntegerField(_("times told"), default=0, editable=False)

    class Meta:
        verbose_name = _("reminder of a session")
        verbose_name_plural = _("reminders of sessions")
        constraints = [models.UniqueConstraint(fields=["user", "session"], name="digests_reminder_once")]

    def __str__(self) -> str:
        return f"{self.session_id} / {self.user_id}"
