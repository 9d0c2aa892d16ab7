"""Convocations to sessions, the members that each one called, and those that have not left."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.models.visibility import published_pages
from committee.models.members import Member
from committee.models.sessions import SessionPage
from common.templatetags.dates import short_day


class ConvocationQuerySet(models.QuerySet):
    def of_published_sessions(self) -> Self:
        """Returns the convocations to published sessions, the latest first."""
        sessions = published_pages(SessionPage.objects.all())
        convocations = self.filter(session__in=sessions.values("pk")).select_related("session")
        return convocations.order_by("-session__starts_at", "-sent_at", "-pk")


class Convocation(models.Model):
    """Message that calls members to one session, or cancels it.

    It cannot be withdrawn; a later one corrects it. It stores the facts of the session at the time of sending.
    """

    # Created with the form, so that a form submitted twice is sent once.
    key = models.UUIDField(unique=True, editable=False)
    session = models.ForeignKey(
        SessionPage, verbose_name=_("session"), on_delete=models.CASCADE, related_name="convocations"
    )
    words = models.TextField(_("message"), blank=True)
    online_link = models.URLField(_("link to take part from afar"), blank=True)
    is_correction = models.BooleanField(_("corrects an earlier one"), default=False)
    is_cancellation = models.BooleanField(_("says that the session is cancelled"), default=False, db_default=False)
    # Empty in rows written by an earlier version during an upgrade; these are not compared with the session.
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ConvocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("convocation")
        verbose_name_plural = _("convocations")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.sent_at:%Y-%m-%d}"


class Convened(models.Model):
    """Member called by a convocation. `by_mail` is false for members without an account, who are informed otherwise."""

    convocation = models.ForeignKey(Convocation, on_delete=models.CASCADE, related_name="convened")
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="convocations")
    by_mail = models.BooleanField(_("by e-mail"))

    class Meta:
        verbose_name = _("member called to a session")
        verbose_name_plural = _("members called to a session")
        ordering = ["member__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["convocation", "member"], name="committee_convened_once"),
        ]

    def __str__(self) -> str:
        return f"{self.convocation_id}: {self.member_id}"


class ConvocationDraft(models.Model):
    """Convocation that has not left. It becomes a `Convocation` at `send_at`, if what its sender read still holds."""

    session = models.OneToOneField(
        SessionPage, verbose_name=_("session"), on_delete=models.CASCADE, related_name="convocation_draft"
    )
    # That of the form, then of the convocation.
    key = models.UUIDField(unique=True, editable=False)
    words = models.TextField(_("message"), blank=True)
    online_link = models.URLField(_("link to take part from afar"), blank=True)
    only_arrived = models.BooleanField(_("only for those who arrived since"), default=False)
    # Fingerprint of what its sender read (`common.shown`).
    shown = models.CharField(max_length=64, editable=False)
    # Empty after it was cancelled, or was stopped for the reason in `problem`.
    send_at = models.DateTimeField(_("to be sent at"), null=True, blank=True, db_index=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("convocation that has not left")
        verbose_name_plural = _("convocations that have not left")
        ordering = ["send_at", "pk"]

    def __str__(self) -> str:
        day = {"day": short_day(self.session.starts_at)}
        if self.session.is_cancelled:
            return gettext("Cancellation of the session of %(day)s") % day
        return gettext("Convocation: session of %(day)s") % day
