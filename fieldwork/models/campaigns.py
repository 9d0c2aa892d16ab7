"""Test campaigns: tested service, scenarios, dates, and the service of the city that answers."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, PageManager, PageQuerySet
from wagtail.search import index

from cms.blocks import BodyBlock
from cms.fields import BodyField
from cms.hooks import CardSubject
from cms.models import IndexPage
from cms.models.pages import BasePage
from cms.models.visibility import published_pages
from committee.models import Pictogram, card_of_topic, family_of
from common import fragments
from common.sources import is_web_address
from participation.models import CityService


class TrialIndexPage(IndexPage):
    """List of test campaigns, at `/essais/`. Its template uses the tag `campaigns_of`."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["fieldwork.CampaignPage"]
    max_count = 1
    template = "fieldwork/trial_index_page.html"

    class Meta:
        verbose_name = _("list of test campaigns")


class CampaignQuerySet(PageQuerySet):
    def published(self) -> Self:
        return published_pages(self)

    def open_on(self, day: date) -> Self:
        """Returns the published campaigns that run on `day`, first to end first."""
        return self.published().filter(starts_on__lte=day, ends_on__gte=day).order_by("ends_on", "pk")


class CampaignPage(BasePage):
    """Test campaign: residents try a service of the city by scenarios and report findings.

    Findings are followed beyond the end of the campaign, until a new trial verifies their repair.
    """

    class Phase(models.TextChoices):
        COMING = "coming", pgettext_lazy("campaign", "Coming")
        OPEN = "open", pgettext_lazy("campaign", "Open")
        CLOSED = "closed", pgettext_lazy("campaign", "Closed")

        @property
        def badge_kind(self) -> str:
            return {"open": "ongoing"}.get(self.value, "waiting")

    service_name = models.CharField(
        _("tested service"), max_length=80, help_text=_("As people know it. Example: service-public.fr")
    )
    service_url = models.URLField(_("address of the service"), max_length=500, validators=[is_web_address])
    version = models.CharField(
        _("version"), max_length=60, blank=True, help_text=_("If the service has one. Example: 4.2, or June 2026.")
    )
    topic = models.ForeignKey(
        "committee.TopicPage",
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="campaigns",
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    answered_by = models.ForeignKey(
        CityService,
        verbose_name=_("who answers"),
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text=_("The service of the city that receives what people found, and answers."),
    )
    volunteers_wanted = models.PositiveSmallIntegerField(
        _("members wanted"), null=True, blank=True, help_text=_("How many members should take part. More may.")
    )
    body = BodyField(BodyBlock(), verbose_name=_("how to take part"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("service_name"),
                FieldPanel("service_url"),
                FieldPanel("version"),
                FieldPanel("answered_by"),
            ],
            heading=_("What is tested"),
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])], heading=_("Days")),
        FieldPanel("topic"),
        FieldPanel("volunteers_wanted"),
        InlinePanel("scenarios", heading=_("Scenarios"), label=_("Scenario"), min_num=1),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("service_name"),
        index.SearchField("body"),
        index.RelatedFields("scenarios", [index.SearchField("goal")]),
    ]
    parent_page_types = ["fieldwork.TrialIndexPage"]
    subpage_types: list[str] = []
    template = "fieldwork/campaign_page.html"

    goes_stale = False

    objects = PageManager.from_queryset(CampaignQuerySet)()

    class Meta:
        verbose_name = _("test campaign")
        verbose_name_plural = _("test campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="fieldwork_campaign_ends_after_start",
                violation_error_message=_("The last day comes before the first one."),
            )
        ]

    def clean(self) -> None:
        """Refuses a last day before the first one, as an error of the field."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day comes before the first one.")})

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Adds the layout: full page or list fragment."""
        context: dict = super().get_context(request, *args, **kwargs)
        return context | {"layout": fragments.layout_for(request)}

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return fragments.mark(request, super().serve(request, *args, **kwargs), says="resultats")

    @property
    def pictogram(self) -> str:
        """Pictogram of the topic, or a tick on a screen."""
        return (self.topic and self.topic.pictogram) or Pictogram.TICK

    @property
    def family(self) -> str:
        """Colour family of the pictogram."""
        return family_of(self.pictogram)

    @property
    def card_subject(self) -> CardSubject:
        return card_of_topic(self.title, self.topic_id)

    def phase_at(self, day: date) -> "CampaignPage.Phase":
        """Returns the phase on `day`; the first and last days are included."""
        if day < self.starts_on:
            return self.Phase.COMING
        return self.Phase.OPEN if day <= self.ends_on else self.Phase.CLOSED


class Scenario(Orderable):
    """Task to try in the tested service: goal, steps, expected result. Not deletable once tried."""

    campaign = ParentalKey(CampaignPage, on_delete=models.CASCADE, related_name="scenarios")
    goal = models.CharField(
        _("goal"), max_length=140, help_text=_("What one wants to do. Example: Register a child for the canteen.")
    )
    steps = models.TextField(_("steps"), max_length=1_500, help_text=_("One step on each line, in the order."))
    expected = models.TextField(_("what should happen"), max_length=600)

    minutes = models.PositiveSmallIntegerField(
        _("about how many minutes"),
        default=10,
        db_default=10,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    panels = [FieldPanel("goal"), FieldPanel("steps"), FieldPanel("expected"), FieldPanel("minutes")]

    class Meta(Orderable.Meta):
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def __str__(self) -> str:
        return self.goal

    def get_absolute_url(self) -> str:
        return reverse("fieldwork:scenario", args=[self.campaign.slug, self.pk])

    @property
    def step_lines(self) -> list[str]:
        """Steps, stripped, without empty lines."""
        return [line.strip() for line in self.steps.splitlines() if line.strip()]
