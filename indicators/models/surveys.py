"""Surveys of who takes part, with anonymous tallies."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel


class SurveyQuerySet(models.QuerySet):
    def open(self, today: date) -> Self:
        """Returns the surveys that can be answered on `today`, first and last days included."""
        return self.filter(opens_on__lte=today, closes_on__gte=today)

    def closed(self, today: date) -> Self:
        """Returns the surveys that are over, latest first.

        Only these are shown: daily figures would reveal the answers of each additional person.
        """
        return self.filter(closes_on__lt=today).order_by("-year")


class Survey(models.Model):
    """Survey of a year: three voluntary questions to members and participants."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day"))

    panels = [FieldPanel("year"), FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")])]

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey of who takes part")
        verbose_name_plural = _("surveys of who takes part")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="indicators_survey_closes_after_opening"
            )
        ]

    def __str__(self) -> str:
        return str(_("Who takes part, %(year)d") % {"year": self.year})

    def clean(self) -> None:
        """Refuses a last day before the first, and a change of the last day once there are answers."""
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": _("Write a last day that comes after the first.")})
        saved = Survey.objects.filter(pk=self.pk).first() if self.pk else None
        if saved and self.closes_on != saved.closes_on and saved.answered.exists():
            raise ValidationError({"closes_on": _("People have answered: they were told this day.")})

    def is_over(self, today: date) -> bool:
        return today > self.closes_on


class SurveyAnswered(models.Model):
    """Record that an account answered a survey, without the answers and the time."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answered")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("answer to a survey of who takes part")
        verbose_name_plural = _("answers to surveys of who takes part")
        constraints = [models.UniqueConstraint(fields=["survey", "user"], name="indicators_survey_answered_once")]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.user_id}"


class SurveyTally(models.Model):
    """Number of members, or participants, per answer to one question of a survey: `{answer: people}`.

    One row per question and group, whatever the number of answers, as for secret polls: neither rows nor their order
    identify a person, and the answers of one person to two questions are not linked.
    """

    class Who(models.TextChoices):
        MEMBERS = "membres", _("Members of the committee")
        PARTICIPANTS = "participants", _("People who take part")

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    who = models.CharField(max_length=12, choices=Who)
    question = models.CharField(max_length=12)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("tally of who takes part")
        verbose_name_plural = _("tallies of who takes part")
        constraints = [
            models.UniqueConstraint(fields=["survey", "who", "question"], name="indicators_tally_one_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}, {self.who}: {self.question}"
