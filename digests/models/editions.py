"""Editions of the digest, and what each one tells each reader."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from common.templatetags.dates import short_day
from digests.models.editorials import EditorialWord
from digests.models.entries import Entry, unpacked
from digests.models.frequencies import Frequency, Hour
from digests.models.subscribers import Subscriber
from mailing.models import Batch, Message


class EditionQuerySet(models.QuerySet):
    def with_progress(self) -> Self:
        """Adds the batch, and `waits`: whether a mail of it has not left."""
        waiting = Message.objects.filter(batch=OuterRef("batch"), state__in=(*Message.WAITING, Message.State.SENDING))
        return self.select_related("batch").annotate(waits=Exists(waiting))


class Edition(models.Model):
    """The digest of one slot, for the readers who chose its frequency, its day and its hour."""

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
    # The editorial that was published when it was made.
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

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-slot_at", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "period_key", "slot_hour"], name="digests_edition_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {short_day(self.period_key)}"

    @property
    def progress(self) -> str:
        """Returns the progress in words: « Prête », then « Envoyée ». Needs `with_progress()`."""
        if self.status != self.Status.PLANNED:
            return self.get_status_display()
        if self.batch is None:
            return gettext("Nothing to say")
        if self.batch.status == Batch.Status.CANCELLED:
            return str(self.Status.CANCELLED.label)
        return self.get_status_display() if self.waits else pgettext("edition", "Sent")  # type: ignore[attr-defined]

    @property
    def shown_editorial(self) -> EditorialWord | None:
        """Its editorial, unless that was withdrawn since."""
        return self.word if self.word and self.word.live else None


class DeliveryQuerySet(models.QuerySet):
    def advancing(self) -> Self:
        """Deliveries that moved their reader forward: sent, or nothing to say. What a failed one told rolls on."""
        return self.filter(
            Q(message__isnull=True) | Q(message__state__in=(Message.State.SENT, Message.State.SKIPPED_EMPTY))
        )


class Delivery(models.Model):
    """Entries that one edition tells one reader. Without a message there was nothing to say."""

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
    # Its entries, packed: read again, through the visibility rules, when the mail is written.
    items = models.JSONField(_("items"), default=list)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["edition", "subscriber"], name="digests_delivery_once")]
        indexes = [models.Index(fields=["subscriber", "-to_cursor"])]

    def __str__(self) -> str:
        return f"{self.edition_id} / {self.subscriber_id}"

    @cached_property
    def entries(self) -> list[Entry]:
        """All that it tells, in its order: what its mail shows, and what the mail leaves to the site."""
        return unpacked(self.items)
