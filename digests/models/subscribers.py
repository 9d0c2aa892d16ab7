"""Digest readers, and the log of their consents."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from committee.models import TopicPage
from digests.models.frequencies import Frequency, Hour

if TYPE_CHECKING:
    from digests.models.editions import Edition


def new_nonce() -> str:
    """Returns a random part for the links of a reader; a new one invalidates the links of earlier mails."""
    return secrets.token_hex(8)


class SubscriberQuerySet(models.QuerySet):
    def active(self) -> Self:
        """Returns the readers of a digest, including paused ones, without closed accounts."""
        return self.filter(Q(user=None) | Q(user__is_active=True), status=Subscriber.Status.ACTIVE)

    def requested(self) -> Self:
        """Returns the unconfirmed requests. A row with an account or an objection is more than a request."""
        return self.filter(status=Subscriber.Status.UNCONFIRMED, user=None, immediate=True)

    def reading(self, edition: "Edition") -> Self:
        """Returns the recipients of `edition`: they chose its day and hour before its slot, and are not paused."""
        day = {"weekday": edition.period_key.weekday()} if edition.kind == Frequency.WEEKLY else {}
        return self.active().filter(
            Q(paused_until__isnull=True) | Q(paused_until__lte=edition.period_key),
            Q(rhythm_since__isnull=True) | Q(rhythm_since__lte=edition.slot_at),
            frequency=edition.kind,
            hour=edition.slot_hour,
            started_at__lte=edition.slot_at,
            **day,
        )


class Subscriber(models.Model):
    """E-mail address that gets the digest, with or without an account."""

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
        ACTIVE = "active", _("Gets the letter")
        STOPPED = "stopped", _("Does not get the letter any more")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="subscriber",
    )
    # Always in lower case (see `save`).
    email = models.EmailField(_("e-mail address"), max_length=320, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNCONFIRMED)
    frequency = models.CharField(_("frequency"), max_length=8, choices=Frequency, default=Frequency.MONTHLY)
    weekday = models.PositiveSmallIntegerField(_("day of the weekly letter"), choices=list(WEEKDAYS.items()), default=0)
    hour = models.PositiveSmallIntegerField(_("hour"), choices=Hour, default=Hour.MORNING)
    # Last change of frequency, day and hour: editions with an earlier slot are not sent to this reader.
    rhythm_since = models.DateTimeField(_("rhythm chosen at"), null=True, blank=True)
    # First day on which a digest may be sent again; it covers the pause.
    paused_until = models.DateField(_("pause until"), null=True, blank=True)
    # Followed subjects, which come first; with `only_topics`, other subjects are left out.
    topics = models.ManyToManyField(TopicPage, verbose_name=_("subjects"), blank=True, related_name="readers")
    only_topics = models.BooleanField(_("only these subjects"), default=False)
    # Immediate mails about what concerns the user: replies, changes of followed things.
    immediate = models.BooleanField(_("told at once what concerns them"), default=True)
    verified_at = models.DateTimeField(_("address verified at"), null=True, blank=True)
    # Start of the first digest of the reader.
    started_at = models.DateTimeField(_("reader since"), null=True, blank=True)
    token_nonce = models.CharField(max_length=16, default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("created at"))

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader of the letter")
        verbose_name_plural = _("readers of the letter")
        indexes = [
            models.Index(fields=["status", "frequency", "weekday", "hour", "id"], name="digests_subscriber_classes")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="active") | Q(verified_at__isnull=False, started_at__isnull=False),
                name="digests_subscriber_active_is_verified",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def save(self, *args, **kwargs) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def is_reading(self) -> bool:
        return self.status == self.Status.ACTIVE

    def is_paused(self, on: date) -> bool:
        """Returns whether no digest is sent on the day `on`."""
        return self.paused_until is not None and on < self.paused_until


class ConsentLog(models.Model):
    """Append-only log of consents. The e-mail address is stored as a keyed hash."""

    class Act(models.TextChoices):
        OPT_IN = "opt_in", _("Asked")
        CONFIRM = "confirm", _("Confirmed")
        OPT_OUT = "opt_out", _("Stopped")
        CHANGE = "change", _("Changed a choice")

    class Channel(models.TextChoices):
        FORM = "form", _("Subscription page")
        ACCOUNT = "account", _("Account page")
        MAIL = "mail", _("Link of a mail")

    subscriber_hash = models.CharField(_("hash of the address"), max_length=64, db_index=True)
    act = models.CharField(_("act"), max_length=8, choices=Act)
    frequency = models.CharField(_("frequency"), max_length=8, blank=True)
    # Other choices: day, hour, subjects, pause.
    detail = models.CharField(_("choices"), max_length=200, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=20)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise TypeError("A consent is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> NoReturn:
        raise TypeError("A consent is never deleted.")


@dataclass(frozen=True)
class Choices:
    """Choices of a reader besides the frequency. `topics` are primary keys of subjects; empty means all."""

    weekday: int = 0
    hour: int = Hour.MORNING
    topics: Sequence[int] = ()
    only_topics: bool = False
    paused_until: date | None = None
