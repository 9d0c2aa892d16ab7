"""Trials of a scenario: device, help needed, outcome, ease."""

import uuid
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.origins import WithOrigin
from fieldwork.models.campaigns import CampaignPage, Scenario

MAX_MINUTES = 600
EASE_MIN, EASE_MAX = 1, 5


class TrialQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Returns the trials of published campaigns, which the public figures include."""
        return self.filter(scenario__campaign__in=CampaignPage.objects.published().values("pk"))


class Trial(WithOrigin):
    """One trial of one scenario.

    Readable by its tester and the team only: pages show counts. A service asked about a finding also reads the device,
    the browser and the outcome.

    A trial that an agent enters from a sheet has no account. The assistive technology used is health data and
    therefore optional.
    """

    class Device(models.TextChoices):
        PHONE = "telephone", pgettext_lazy("device", "Phone")
        TABLET = "tablette", pgettext_lazy("device", "Tablet")
        COMPUTER = "ordinateur", pgettext_lazy("device", "Computer")
        PUBLIC = "poste-public", pgettext_lazy("device", "Computer of a public place")

    class Assistive(models.TextChoices):
        SCREEN_READER = "lecteur-ecran", _("Screen reader")
        BRAILLE = "braille", _("Braille display")
        MAGNIFIER = "loupe", _("Magnifier, large letters")
        CONTRAST = "contraste", _("Changed colours or contrasts")
        VOICE = "voix", _("Voice control")
        KEYBOARD = "clavier", _("Keyboard or switch, without a mouse")
        OTHER = "autre", pgettext_lazy("assistive technology", "Another one")

    class Outcome(models.TextChoices):
        ALONE = "seul", pgettext_lazy("trial", "Done alone")
        WITH_HELP = "avec-aide", pgettext_lazy("trial", "Done with help")
        GAVE_UP = "abandon", pgettext_lazy("trial", "Gave up")

    scenario = models.ForeignKey(Scenario, verbose_name=_("scenario"), on_delete=models.PROTECT, related_name="trials")
    tester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tester"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="trials",
    )
    # Agent who entered it for the tester. Never shown outside of the admin.
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    device = models.CharField(_("device"), max_length=12, choices=Device)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    assistive_technology = models.CharField(_("assistive technology"), max_length=14, choices=Assistive, blank=True)
    outcome = models.CharField(_("how it went"), max_length=10, choices=Outcome)
    minutes = models.PositiveSmallIntegerField(
        pgettext_lazy("duration", "minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_MINUTES)],
    )
    ease = models.PositiveSmallIntegerField(
        _("ease, from 1 to 5"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EASE_MIN), MaxValueValidator(EASE_MAX)],
    )
    comment = models.TextField(_("a few words for the team"), max_length=1_000, blank=True)
    tried_on = models.DateField(_("tried on"))
    created_at = models.DateTimeField(_("received at"), db_index=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["-created_at", "-pk"]
        permissions = [("coordinate_trials", _("Can coordinate the test campaigns"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__gte=1, minutes__lte=MAX_MINUTES),
                name="fieldwork_trial_minutes",
                violation_error_message=_("Write a number of minutes from 1 to 600."),
            ),
            models.CheckConstraint(
                condition=Q(ease=None) | Q(ease__gte=EASE_MIN, ease__lte=EASE_MAX),
                name="fieldwork_trial_ease",
                violation_error_message=_("Choose from 1 (very hard) to 5 (very easy)."),
            ),
            models.CheckConstraint(
                condition=Q(origin="en-ligne", agent=None) | ~Q(origin="en-ligne") & Q(tester=None),
                name="fieldwork_trial_by_hand_or_entered",
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.pk}"

    @property
    def campaign(self) -> CampaignPage:
        return self.scenario.campaign
