"""Workshops of digital help."""

import uuid
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.search import index

from common.communes import COMMUNES, commune_choices
from inclusion.models.places import Place
from inclusion.models.published import Learning, PublishedQuerySet


class WorkshopQuerySet(PublishedQuerySet):
    def upcoming(self, now: datetime) -> Self:
        """Returns the workshops not over at `now`, cancelled ones included, next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def soonest_first(self, now: datetime) -> Self:
        """Returns all workshops: upcoming ones first, next one first, then past ones, latest first."""
        is_over = models.Case(models.When(ends_at__lte=now, then=1), default=0, output_field=models.IntegerField())
        return self.annotate(is_over=is_over).order_by(
            "is_over",
            models.Case(models.When(ends_at__gt=now, then="starts_at")).asc(nulls_last=True),
            "-starts_at",
            "pk",
        )

    def held(self, now: datetime) -> Self:
        """Returns the workshops that took place and are over at `now`, latest first."""
        return self.filter(ends_at__lte=now, cancelled_because="").order_by("-starts_at", "-pk")


class Workshop(index.Indexed, Learning):
    """Workshop on one day. Once cancelled, it stays on the site with the reason until its day is over."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    starts_at = models.DateTimeField(_("starts at"), db_index=True)
    ends_at = models.DateTimeField(_("ends at"))
    place = models.ForeignKey(
        Place,
        verbose_name=_("place of help"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="workshops",
        help_text=_("Its page then shows this workshop. Empty: it takes place elsewhere."),
    )
    where = models.CharField(
        _("where"),
        max_length=200,
        blank=True,
        help_text=_("Name and address. Example: Médiathèque, 1 rue des Tanneurs. Empty: those of the place."),
    )
    commune = models.CharField(
        _("commune"), max_length=5, choices=commune_choices, blank=True, help_text=_("Empty: that of the place.")
    )
    how_to_come = models.CharField(
        _("how to come"), max_length=200, help_text=_("Example: Without an appointment. Or: call 03 88 00 00 00.")
    )
    price = models.CharField(_("price"), max_length=80, blank=True, help_text=_("Empty: it is free."))
    seats = models.CharField(
        pgettext_lazy("workshop", "places"),
        max_length=80,
        blank=True,
        help_text=_("In words. Example: eight people, on registration"),
    )
    cancelled_because = models.CharField(
        _("cancelled: why"),
        max_length=200,
        blank=True,
        help_text=_("Only for a workshop that does not take place. Everyone reads it."),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("learns"),
        index.SearchField("where"),
        index.SearchField("word_for_it"),
        index.FilterField("published_at"),
        index.FilterField("ends_at"),
    ]

    # Makes a search for the kind together with a name find it.
    word_for_it = "atelier"

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="inclusion_workshop_ends_after",
                violation_error_message=_("A workshop ends after its beginning."),
            )
        ]

    def clean(self) -> None:
        """Fills an empty address and commune from the place. Refuses a workshop without either."""
        super().clean()
        if self.place:
            self.where = self.where or ", ".join(filter(None, (self.place.name, self.place.address)))[:200]
            self.commune = self.commune or (self.place.insee_code if self.place.insee_code in COMMUNES else "")
        message = _("Choose a place of help, or write where it is.")
        if missing := {name: message for name in ("where", "commune") if not getattr(self, name)}:
            raise ValidationError(missing)

    @property
    def public_place(self) -> Place | None:
        """Place of help of the workshop, if public."""
        return self.place if self.place and self.place.is_public else None

    @property
    def is_cancelled(self) -> bool:
        return bool(self.cancelled_because)

    def get_absolute_url(self) -> str:
        return reverse("inclusion:workshop", args=[self.pk])
