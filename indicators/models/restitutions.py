"""Annual reports."""

from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from indicators.blocks import QuoteOfYearBlock

# Time for which the home page names a report after its publication.
NEW_FOR = timedelta(days=30)


class RestitutionQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Returns the published reports, latest first."""
        return self.filter(published_at__isnull=False).order_by("-year")

    def to_be_told(self, now: datetime) -> Self:
        """Returns the published reports whose presentation is not over, or that are new, the next or latest first."""
        is_new = models.Q(published_at__gt=now - NEW_FOR)
        told = self.filter(is_new | models.Q(event_ends_at__gt=now), published_at__isnull=False)
        return told.order_by(models.F("event_starts_at").asc(nulls_last=True), "-year")


class Restitution(models.Model):
    """Annual report: the figures at the time of its build, each with its query.

    `figures` is a list of results of `indicators.hooks.Measure.frozen`.
    """

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    introduction = models.TextField(
        _("introduction"),
        max_length=1_200,
        blank=True,
        help_text=_("What this year changed, in the committee's words."),
    )
    event_starts_at = models.DateTimeField(
        _("presented from"),
        null=True,
        blank=True,
        help_text=_("When it is presented to the public. The home page and the calendar say it once it is published."),
    )
    event_ends_at = models.DateTimeField(_("presented until"), null=True, blank=True)
    event_place = models.CharField(_("place"), max_length=200, blank=True, db_default="", default="")
    event_audience = models.CharField(
        _("who may come"),
        max_length=200,
        blank=True,
        db_default="",
        default="",
        help_text=_("Example: Everyone, free, without registering."),
    )
    quotes = StreamField(
        [("quote", QuoteOfYearBlock())],
        verbose_name=_("quotations"),
        blank=True,
        null=True,
        help_text=_("What people said that year. The page shows them in this order, between its parts."),
    )
    # Last save of the form.
    changed_at = models.DateTimeField(auto_now=True, null=True, editable=False)
    figures = models.JSONField(default=list, editable=False)
    built_at = models.DateTimeField(_("built at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    panels = [
        FieldPanel("year"),
        FieldPanel("introduction"),
        FieldPanel("quotes"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("event_starts_at"), FieldPanel("event_ends_at")]),
                FieldPanel("event_place"),
                FieldPanel("event_audience"),
            ],
            heading=_("Presentation to the public"),
        ),
    ]

    objects = RestitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restitution")
        verbose_name_plural = _("restitutions")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(_("Restitution %(year)d") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return reverse("indicators:restitution", args=[self.year])

    def clean(self) -> None:
        """Refuses a presentation without its hours or place, and an end that is not after the start.

        Refuses another year for a published report; discards the figures of another year before.
        """
        super().clean()
        self._check_year()
        begins, ends = self.event_starts_at, self.event_ends_at
        if not (begins or ends or self.event_place or self.event_audience):
            return
        errors = {
            name: _("Write the day, the hours and the place of the presentation, or none of them.")
            for name in ("event_starts_at", "event_ends_at", "event_place")
            if not getattr(self, name)
        }
        if begins and ends and ends <= begins:
            errors["event_ends_at"] = _("The end comes after the beginning.")
        if errors:
            raise ValidationError(errors)

    def _check_year(self) -> None:
        saved = Restitution.objects.filter(pk=self.pk).exclude(year=self.year).first() if self.pk else None
        if saved is None:
            return
        if saved.is_published:
            message = _("The report of %(year)d is published: its figures do not change any more.")
            raise ValidationError({"year": message % {"year": saved.year}})
        self.figures, self.built_at = [], None

    @property
    def is_to_be_presented(self) -> bool:
        """True if its presentation to the public is not over."""
        return self.event_ends_at is not None and self.event_ends_at > timezone.now()

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
