"""Indicators, their adoption and their values, created as by an editor."""

import datetime as dt

from django.utils import timezone

from common.shown import BY_PROGRAM
from indicators.defined.services import adopt
from indicators.models import Indicator, Measurement
from tests.factories import SessionPageFactory

SOURCE = "https://www.insee.fr/fr/statistiques/4241397"


def make_indicator(title="Réponses dans le délai", **fields):
    defaults = {"question": "La ville répond-elle à temps ?", "unit": "%", "source_url": SOURCE, "source_name": "INSEE"}
    return Indicator.objects.create(title=title, **defaults | fields)


def make_held(moment):
    """Returns a two-hour session that starts at `moment`."""
    return SessionPageFactory(
        starts_at=moment, ends_at=moment + dt.timedelta(hours=2), slug=timezone.localdate(moment).isoformat()
    )


def make_adopted(title="Réponses dans le délai", *, at=None, session=None, **fields):
    """Returns an indicator adopted at `at` (400 days ago by default) by `session`, by default one of the day before."""
    at = at or timezone.now() - dt.timedelta(days=400)
    indicator = make_indicator(title, **fields)
    adopt(indicator=indicator, session=session or make_held(at - dt.timedelta(days=1)), now=at, shown=BY_PROGRAM)
    indicator.refresh_from_db()
    return indicator


def make_value(indicator, period, value, **fields):
    defaults = {"source_url": SOURCE, "source_title": "INSEE", "source_seen_on": timezone.localdate()}
    return Measurement.objects.create(indicator=indicator, period=period, value=value, **defaults | fields)


def correct(measurement, value, reason="La source a publié une valeur révisée."):
    return make_value(measurement.indicator, measurement.period, value, replaces=measurement, reason=reason)
