"""The letter: who asked for it, the editions, and what each reader was told."""

import secrets
from datetime import date
from typing import NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from committee.models import SessionPage, TopicPage
from common.templatetags.dates import short_day
from digests.models.frequencies import Frequency, Hour
from digests.models.newsletters import EditorialWord
from mailing.models import Batch, Message


def new_nonce() -> str:
    """Makes the links of a reader unique; a new one invalidates those of former mails."""
    return secrets.token_hex(8)


class SubscriberQuerySet(models.QuerySet):
    def active(self) -> Self:
        """Readers of a letter, paused ones included."""
        return self.filter(status=Subscriber.Status.ACTIVE)

    def reading(self, edition: "Edition") -> Self:
        """Readers to whom `edition` is due: they had asked for its day and hour before its slot, and made no pause."""
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
    weekday = models.PositiveSmallIntegerField(_("day of the weekly letter"), choices=list(WEEKDAYS.items()), default=0)
    hour = models.PositiveSmallIntegerField(_("hour"), choices=Hour, default=Hour.MORNING)
    # Since when the frequency, the day and the hour are these: an edition whose slot was before is not theirs.
    rhythm_since = models.DateTimeField(_("rhythm chosen at"), null=True, blank=True)
    # The first day on which a letter may leave again; it then tells what happened during the pause.
    paused_until = models.DateField(_("pause until"), null=True, blank=True)
    # What is new on these is told first; with `only_topics`, nothing is told of other subjects.
    topics = models.ManyToManyField(TopicPage, verbose_name=_("subjects"), blank=True, related_name="readers")
    only_topics = models.BooleanField(_("only these subjects"), default=False)
    # Mails at once about what concerns a person: answers to her, changes of what she follows.
    immediate = models.BooleanField(_("told at once what concerns them"), default=True)
    verified_at = models.DateTimeField(_("address verified at"), null=True, blank=True)
    # Since when the reader is told what happens; the first letter begins there.
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
        """No letter leaves on the day `on`."""
        return self.paused_until is not None and on < self.paused_until


class ConsentLog(models.Model):
    """Who agreed to what, and when: rows are added, never changed. The address is kept as a keyed hash."""

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
    # What else was chosen: day, hour, subjects, pause.
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


class Edition(models.Model):
    """The letter of one slot, for the readers who chose its frequency, its day and its hour."""

    class Status(models.TextChoices):
        PLANNING = "planning", _("Being planned")
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("frequency"), max_length=8, choices=Frequency)
    # The local date of the slot: a clock that jumps back finds the edition that is there.
    period_key = models.DateField(_("period"))
    slot_hour = models.PositiveSmallIntegerField(_("hour"), choices=Hour, default=Hour.MORNING)
    slot_at = models.DateTimeField(_("due at"))
    # What is published later is for the next edition.
    cutoff = models.DateTimeField(_("covers until"))
    expires_at = models.DateTimeField(_("of no use after"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNING)
    status_reason = models.CharField(_("reason"), max_length=40, blank=True)
    batch = models.OneToOneField(
        Batch, verbose_name=_("batch"), null=True, blank=True, on_delete=models.SET_NULL, related_name="edition"
    )
    # The words of the editors that were published when it was made.
    word = models.ForeignKey(
        EditorialWord,
        verbose_name=_("words of the editors"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="editions",
    )
    candidates = models.PositiveIntegerField(_("readers"), default=0)
    planned = models.PositiveIntegerField(_("letters"), default=0)
    skipped = models.PositiveIntegerField(_("nothing to say"), default=0)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-slot_at", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "period_key", "slot_hour"], name="digests_edition_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {short_day(self.period_key)}"

    @property
    def shown_word(self) -> EditorialWord | None:
        """Its words, unless they were withdrawn since."""
        return self.word if self.word and self.word.live else None


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
    # [[section, source, primary key, why], …]: read again, through the visibility rules, when the mail is written.
    items = models.JSONField(_("items"), default=list)
    # How many lines each section has beyond those that `items` name.
    more = models.JSONField(_("further lines"), default=dict)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["edition", "subscriber"], name="digests_delivery_once")]
        indexes = [models.Index(fields=["subscriber", "-to_cursor"])]

    def __str__(self) -> str:
        return f"{self.edition_id} / {self.subscriber_id}"


class SessionReminder(models.Model):
    """A person wants to be reminded of a session, the day before."""

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
    times_told = models.PositiveSmallIntegerField(_("times told"), default=0, editable=False)

    class Meta:
        verbose_name = _("reminder of a session")
        verbose_name_plural = _("reminders of sessions")
        constraints = [models.UniqueConstraint(fields=["user", "session"], name="digests_reminder_once")]

    def __str__(self) -> str:
        return f"{self.session_id} / {self.user_id}"
