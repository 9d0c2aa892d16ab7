"""Reports of the years."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


class RestitutionQuerySet(models.QuerySet):
    def published(self) -> Self:
        """Reports that anyone may read, the latest first."""
        return self.filter(published_at__isnull=False).order_by("-year")


class Restitution(models.Model):
    """Report of a year: the figures as they were when it was built, each with its query.

    `figures` is a list of what `indicators.hooks.Measure.frozen` gives.
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
    figures = models.JSONField(default=list, editable=False)
    built_at = models.DateTimeField(_("built at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    panels = [FieldPanel("year"), FieldPanel("introduction")]

    objects = RestitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restitution")
        verbose_name_plural = _("restitutions")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(_("Restitution %(year)d") % {"year": self.year})

    def get_absolute_url(self) -> str:
        return reverse("indicators:restitution", args=[self.year])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
