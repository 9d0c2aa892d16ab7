"""Editions of the digest, and their contents for each reader."""

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
        """Selects the batch, and annotates `waits`: True if one of its mails has not been sent."""
        waiting = Message.objects.filter(batch=OuterRef("batch"), state__in=Message.OPEN_STATES)
        return self.select_related("batch").annotate(waits=Exists(waiting))


class Edition(models.Model):
    """Digest of one slot, for the readers who chose its frequency, day and hour."""

    class Status(models.TextChoices):
        PLANNING = "planning", _("Being planned")
        PLANNED = "planned", _("Planned")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("frequency"), max_length=8, choices=Frequency)
    # Local date of the slot: if the clock jumps back, the existing edition is found.
    period_key = models.DateField(_("period"))
    slot_hour = models.PositiveSmallIntegerField(_("hour"), choices=Hour, default=Hour.MORNING)
    slot_at = models.DateTimeField(_("due at"))
    # Later publications belong to the next edition.
    cutoff = models.DateTimeField(_("covers until"))
    expires_at = models.DateTimeField(_("of no use after"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNING)
    status_reason = models.CharField(_("reason"), max_length=40, blank=True)
    batch = models.OneToOneField(
        Batch, verbose_name=_("batch"), null=True, blank=True, on_delete=models.SET_NULL, related_name="edition"
    )
    # Editorial that was published when the edition was created.
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
        """Progress in words: « Prête », then « Envoyée ». Requires `with_progress()`."""
        if self.status != self.Status.PLANNED:
            return self.get_status_display()
        if self.batch is None:
            return gettext("Nothing to say")
        if self.batch.status == Batch.Status.CANCELLED:
            return str(self.Status.CANCELLED.label)
        return self.get_status_display() if self.waits else pgettext("edition", "Sent")  # type: ignore[attr-defined]

    @property
    def shown_editorial(self) -> EditorialWord | None:
        """Editorial of the edition, unless it was withdrawn."""
        return self.word if self.word and self.word.live else None


class DeliveryQuerySet(models.QuerySet):
    def advancing(self) -> Self:
        """Returns the deliveries that moved the cursor of their reader: sent, or empty.

        The content of a failed one is in the next digest.
        """
        return self.filter(
            Q(message__isnull=True) | Q(message__state__in=(Message.State.SENT, Message.State.SKIPPED_EMPTY))
        )


class Delivery(models.Model):
    """Entries of one edition for one reader. Without a message if there are none."""

    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("reader"), on_delete=models.CASCADE, related_name="deliveries"
    )
    message = models.OneToOneField(
        Message, verbose_name=_("e-mail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="delivery"
    )
    # The entries are from `from_cursor` to `to_cursor`.
    from_cursor = models.DateTimeField(_("from"))
    to_cursor = models.DateTimeField(_("until"))
    # Packed entries: loaded again through the visibility rules when the mail is rendered.
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
        """All entries in order: those in the mail, and further ones, shown on the site only."""
        return unpacked(self.items)
