"""The letter: who asked for it, the editions, and what each reader was told."""

import secrets
from datetime import datetime
from typing import NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mailing.models import Batch, Message


def new_nonce() -> str:
    """Makes the links of a reader unique; a new one invalidates those of former mails."""
    return secrets.token_hex(8)


class Frequency(models.TextChoices):
    """How often a letter comes. Monthly is the quiet default; daily is not offered on the site yet."""

    MONTHLY = "monthly", _("Once a month")
    WEEKLY = "weekly", _("Once a week")
    DAILY = "daily", _("Once a day")


class SubscriberQuerySet(models.QuerySet):
    def reading(self, frequency: str, *, slot_at: datetime) -> Self:
        """Readers to whom the edition of the slot `slot_at` is due: they had asked for it before the slot."""
        return self.filter(status=Subscriber.Status.ACTIVE, frequency=frequency, started_at__lte=slot_at)


class Subscriber(models.Model):
    """An address that gets the letter, with or without an account."""

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
    verified_at = models.DateTimeField(_("address verified at"), null=True, blank=True)
    # Since when the reader is told what happens; the first letter begins there.
    started_at = models.DateTimeField(_("reader since"), null=True, blank=True)
    token_nonce = models.CharField(max_length=16, default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("created at"))

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader of the letter")
        verbose_name_plural = _("readers of the letter")
        indexes = [models.Index(fields=["frequency", "status", "id"])]
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


class ConsentLog(models.Model):
    """Who agreed to what, and when: rows are added, never changed. The address is kept as a keyed hash."""

    class Act(models.TextChoices):
        OPT_IN = "opt_in", _("Asked")
        CONFIRM = "confirm", _("Confirmed")
        OPT_OUT = "opt_out", _("Stopped")
        CHANGE = "change", _("Changed the frequency")

    class Channel(models.TextChoices):
        FORM = "form", _("Subscription page")
        ACCOUNT = "account", _("Account page")
        MAIL = "mail", _("Link of a mail")

    subscriber_hash = models.CharField(_("hash of the address"), max_length=64, db_index=True)
    act = models.CharField(_("act"), max_length=8, choices=Act)
    frequency = models.CharField(_("frequency"), max_length=8, blank=True)
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


class Edition(models.Model):
    """The letter of one slot for the readers of one frequency."""

    class Status(models.TextChoices):
        PLANNING = "planning", _("Being planned")
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("frequency"), max_length=8, choices=Frequency)
    # The local date of the slot: a clock that jumps back finds the edition that is there.
    period_key = models.DateField(_("period"))
    slot_at = models.DateTimeField(_("due at"))
    # What is published later is for the next edition.
    cutoff = models.DateTimeField(_("covers until"))
    expires_at = models.DateTimeField(_("of no use after"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNING)
    status_reason = models.CharField(_("reason"), max_length=40, blank=True)
    batch = models.OneToOneField(
        Batch, verbose_name=_("batch"), null=True, blank=True, on_delete=models.SET_NULL, related_name="edition"
    )
    candidates = models.PositiveIntegerField(_("readers"), default=0)
    planned = models.PositiveIntegerField(_("letters"), default=0)
    skipped = models.PositiveIntegerField(_("nothing to say"), default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-slot_at", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "period_key"], name="digests_edition_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_key:%Y-%m-%d}"


class DeliveryQuerySet(models.QuerySet):
    def told(self) -> Self:
        """Deliveries that moved their reader forward: sent, or nothing to say. What a failed one told rolls on."""
        return self.filter(
            Q(message__isnull=True) | Q(message__state__in=(Message.State.SENT, Message.State.SKIPPED_EMPTY))
        )


class Delivery(models.Model):
    """What one edition tells one reader. Without a message there was nothing to say."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("reader"), on_delete=models.CASCADE, related_name="deliveries"
    )
    message = models.OneToOneField(
        Message, verbose_name=_("e-mail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="delivery"
    )
    # It tells what happened after `from_cursor`, up to `to_cursor`.
    from_cursor = models.DateTimeField(_("from"))
    to_cursor = models.DateTimeField(_("until"))
    # [[source, primary key], …]: read again, through the visibility rules, when the mail is written.
    items = models.JSONField(_("items"), default=list)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["edition", "subscriber"], name="digests_delivery_once")]
        indexes = [models.Index(fields=["subscriber", "-to_cursor"])]

    def __str__(self) -> str:
        return f"{self.edition_id} / {self.subscriber_id}"
