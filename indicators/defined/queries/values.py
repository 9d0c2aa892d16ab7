"""Formatting of the values of indicators."""

from decimal import Decimal

from django.utils.translation import gettext as _

from common.charts.values import in_words, plain_number
from indicators.models import Indicator, Measurement


def value_words(indicator: Indicator, measurement: Measurement) -> str:
    """Returns « 62 % », « 33,2 jours », or the reason for the absence."""
    if measurement.value is None:
        return too_small_words(indicator)
    return number_words(measurement.value, indicator.unit)


def too_small_words(indicator: Indicator) -> str:
    """Returns the explanation of a value hidden because its base is too small."""
    return _("fewer than %(least)d answers: no figure") % {"least": indicator.smallest_base}


def number_words(value: Decimal, unit: str = "") -> str:
    return in_words(plain_number(value), unit)
