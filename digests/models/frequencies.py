"""Frequencies and hours of the digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """Frequency of a digest. Monthly is the quiet default."""

    MONTHLY = "monthly", _("Once a month")
    WEEKLY = "weekly", _("Once a week")
    DAILY = "daily", _("Once a day")


class Hour(models.IntegerChoices):
    """Hour at which a digest leaves, in Paris."""

    MORNING = 7, _("at 7:00")
    NOON = 12, _("at 12:00")
    EVENING = 18, _("at 18:00")


def kind_of_mail(frequency: str) -> str:
    """The kind under which mailing knows the digests of a frequency."""
    return f"digest.{frequency}"


def frequency_words(frequency: str) -> str:
    """« une fois par mois », inside a sentence."""
    label = str(Frequency(frequency).label)
    return label[:1].lower() + label[1:]
