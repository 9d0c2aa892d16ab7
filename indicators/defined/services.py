"""Services of the indicators: adopt, change and abandon; measurement of those that the site measures itself."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from committee.models import SessionPage
from common.shown import Contents, Shown, fingerprint, require_shown
from common.urls import absolute_url
from indicators.defined.queries.series import waiting_periods
from indicators.errors import IndicatorRefused
from indicators.hooks import Measure, Period
from indicators.models import Adoption, Indicator, Measurement
from indicators.restitution.queries.measures import own_measures

logger = logging.getLogger(__name__)

ADOPTED, LEFT = "indicators.adopt", "indicators.leave"


def contents_of(indicator: Indicator) -> Contents:
    """Returns what the indicator says today, for the page of an adoption or a value, which is written under it."""
    names = ("title", "definition", *Indicator.FROZEN)
    fields: list[Any] = [Indicator._meta.get_field(name) for name in names]
    return {capfirst(str(field.verbose_name)): _words(indicator, field.name) for field in fields}


def _words(indicator: Indicator, name: str) -> str:
    display = getattr(indicator, f"get_{name}_display", None)
    value = display() if display else getattr(indicator, name)
    return "" if value is None else str(localize(value))


@transaction.atomic
def adopt(
    *,
    indicator: Indicator,
    session: SessionPage,
    shown: Shown,
    now: datetime,
    by: User | None = None,
    terms: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Adoption:
    """Records that `session` adopted `indicator` with its current terms, or with other `terms`.

    Earlier adoptions stay. Raises `IndicatorRefused` for a session not held yet, a missing source URL, terms that
    change nothing, and a change without a reason; and `ChangedMeanwhile` unless `shown` is the fingerprint of
    `contents_of`.
    """
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    require_shown(shown, locked, fingerprint(contents_of(locked)))
    new_terms = locked.terms | dict(terms or {})
    if locked.is_adopted and new_terms == locked.terms:
        raise IndicatorRefused(_("This changes nothing of what was adopted."))
    if locked.is_adopted and not reason:
        raise IndicatorRefused(_("Say why the committee changes it."))
    adoption = Adoption(indicator=locked, session=session, reason=reason, recorded_at=now, recorded_by=by, **new_terms)
    try:
        adoption.save()
    except ValidationError as error:
        raise IndicatorRefused(" ".join(error.messages)) from error
    for name, value in new_terms.items():
        setattr(locked, name, value)
    locked.state, locked.session, locked.adopted_at = Indicator.State.ADOPTED, session, now
    locked.left_at, locked.left_reason = None, ""
    locked.save()
    log(locked, ADOPTED, user=by)
    return adoption


@transaction.atomic
def leave(*, indicator: Indicator, reason: str, now: datetime, by: User | None = None) -> None:
    """Abandons `indicator`; its values stay. Raises `IndicatorRefused` without a reason. Idempotent."""
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if not reason.strip():
        raise IndicatorRefused(_("Say why the committee leaves it."))
    if locked.state != Indicator.State.LEFT:
        locked.state, locked.left_at, locked.left_reason = Indicator.State.LEFT, now, reason.strip()
        locked.save()
        log(locked, LEFT, user=by)


@transaction.atomic
def add_measurement(*, measurement: Measurement, by: User, shown: Shown) -> Measurement:
    """Adds the value of a period, or a correction.

    Raises `IndicatorRefused` with the errors of the model, and `ChangedMeanwhile` unless `shown` is the fingerprint of
    `contents_of` its indicator.
    """
    # Serialises concurrent additions, so that the second is validated after the first.
    indicator = Indicator.objects.select_for_update().get(pk=measurement.indicator_id)
    require_shown(shown, indicator, fingerprint(contents_of(indicator)))
    measurement.recorded_by = by
    try:
        measurement.save()
    except ValidationError as error:
        raise IndicatorRefused(" ".join(error.messages)) from error
    return measurement


def measure_due(*, now: datetime) -> int:
    """Measures the past periods of the indicators that the site measures itself. Returns the number of values stored.

    Idempotent, also with two workers: the database allows one value per period. Periods that ended while the site was
    down are measured too. A failure is logged, and does not keep other indicators from being measured.
    """
    today = timezone.localdate(now)
    measured = 0
    for indicator, periods in waiting_periods(Indicator.objects.measured_by_the_site(), today).items():
        try:
            for period in periods:
                measured += measure_period(indicator, period, now)
        except Exception:
            logger.exception("the indicator %d could not be measured", indicator.pk)
    return measured


def measure_period(indicator: Indicator, period: Period, now: datetime) -> bool:
    """Measures `period` and stores the value. Returns whether a value was stored."""
    measure = measure_named(indicator.measure, period, now)
    if measure is None:
        return False
    reading = measure.value(measure.rows)
    # A percentage of nothing does not exist: this is stored as a base of 0.
    base = reading.base if reading.number is not None else reading.base or 0
    measurement = Measurement(
        indicator=indicator,
        period=period.key,
        value=reading.number,
        base=base,
        source_url=absolute_url(reverse("home:open_data")),
        source_title=_("Open data of this site"),
        source_seen_on=timezone.localdate(now),
        query=str(measure.rows.query),
        published_at=now,
    )
    try:
        with transaction.atomic():
            locked_indicators = Indicator.objects.measured_by_the_site().select_for_update().filter(pk=indicator.pk)
            if not locked_indicators.exists() or indicator.measurements.filter(period=period.key).exists():
                return False
            measurement.save()
    except IntegrityError:
        # Another worker stored it first.
        return False
    return True


def measure_named(key: str, period: Period, now: datetime) -> Measure | None:
    """Returns the measure of the annual report with this key, or None if `period` has none."""
    return next((measure for measure in own_measures(period, now) if measure.key == key), None)
