"""Frequencies and hours of the digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """Frequency of a digest. Monthly is the default."""

    MONTHLY = "monthly", _("Once a month")
    WEEKLY = "weekly", _("Once a week")
    DAILY = "daily", _("Once a day")


class Hour(models.IntegerChoices):
    """Hour at which a digest is sent, in the time of the city."""

    MORNING = 7, _("at 7:00")
    NOON = 12, _("at 12:00")
    EVENING = 18, _("at 18:00")


def kind_of_mail(frequency: str) -> str:
    """Returns the kind of mail for digests of this frequency."""
    return f"digest.{frequency}"


def frequency_words(frequency: str) -> str:
    """Returns « une fois par mois », for use inside a sentence."""
    label = str(Frequency(frequency).label)
    return label[:1].lower() + label[1:]
