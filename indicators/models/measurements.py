"""Values of the indicators of the committee, by period. Append-only: a correction is a new row."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.guards import Guard, differ, exists
from common.sources import Sourced
from indicators.hooks import Period
from indicators.models.defined import Adoption, Indicator, Terms

HAS_VALUE = _("This period has a value. Correct that one.")
WAS_CORRECTED = _("This value was corrected already. Correct the newer one.")
# Last month of a half-year or a quarter, by the end of its key.
LAST_MONTHS = {"-S1": "-06", "-S2": "-12", "-T1": "-03", "-T2": "-06", "-T3": "-09", "-T4": "-12"}
# Last month of the period, as « 2019-03 »: keys of different lengths, after a change of frequency, do not sort by time.
LAST_MONTH = Case(
    *(
        When(period__endswith=ending, then=Concat(Substr("period", 1, 4), Value(month)))
        for ending, month in LAST_MONTHS.items()
    ),
    When(period__contains="-", then=F("period")),
    default=Concat(F("period"), Value("-12")),
    output_field=models.CharField(),
)


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def current(self) -> Self:
        """Returns the values not replaced by a correction."""
        return self.filter(replaced_by=None)

    def latest_first(self) -> Self:
        """Orders the values by the end of their periods, the latest first."""
        return self.order_by(LAST_MONTH.desc(), "-period", "-pk")

    def current_of(self, indicator: Indicator, period: str) -> "Measurement | None":
        """Returns the current value of `period`, or None."""
        return self.current().filter(indicator=indicator, period=period).first()


class Measurement(Sourced):
    """Value of an indicator for a period, with its source. Each period has one current value.

    `value` is None if the `base` is too small to publish it: it is not stored at all. The database refuses any change
    and deletion, except setting `recorded_by` to NULL when the account is erased.
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name=_("indicator"), on_delete=models.PROTECT, related_name="measurements"
    )
    period = models.CharField(
        _("period"), max_length=7, help_text=_("2019 for a year, 2019-S1 for a half-year, 2019-T1, or 2019-03.")
    )
    value = models.DecimalField(
        _("value"), max_digits=12, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    base = models.PositiveIntegerField(
        _("base"), null=True, blank=True, help_text=_("Among how many it was counted, if it is a part or a middle.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("What a reader must know of it."))
    query = models.TextField(_("query"), blank=True, editable=False)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        error_messages={"unique": WAS_CORRECTED},
    )
    reason = models.CharField(_("why it is corrected"), max_length=300, blank=True)
    # Published at once, unlike other figures: every stored value is public.
    published_at = models.DateTimeField(_("published at"), default=timezone.now, editable=False, db_index=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta(Sourced.Meta):
        abstract = False
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ["indicator", "-period", "-pk"]
        default_permissions = ("add", "view")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value__isnull=False, value__gte=0) | Q(value=None, base__isnull=False),
                name="indicators_measurement_has_value",
                violation_error_message=_("Write the value."),
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | Q(replaces__isnull=False) & ~Q(reason=""),
                name="indicators_correction_has_reason",
                violation_error_message=_("Say why the value is corrected."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(replaces=None),
                name="indicators_one_value_for_a_period",
                violation_error_message=HAS_VALUE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.period}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Validates before saving, so that every caller applies the rules."""
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuses a period that is not one of the indicator or not over. Drops the value if the base is too small."""
        super().clean()
        if not self.indicator_id:
            return
        if not self.indicator.is_adopted:
            raise ValidationError(_("The committee has not adopted this indicator, or has left it."))
        if self.replaces and (self.replaces.indicator_id, self.replaces.period) != (self.indicator_id, self.period):
            raise ValidationError(_("A correction is of the same indicator and of the same period."))
        if self._state.adding and self.replaces and Measurement.objects.filter(replaces=self.replaces).exists():
            raise ValidationError(WAS_CORRECTED)
        period = self._period()
        if self._state.adding and not self.replaces:
            self._require_free(period)
        if period.last >= timezone.localdate(self.published_at):
            raise ValidationError({"period": _("This period is not over.")})
        if self.is_too_small:
            self.value = None

    def _require_free(self, period: Period) -> None:
        """Refuses a period that has a value, or that ended before the first allowed one.

        The forms exclude the indicator, and therefore do not validate the constraint of the table.
        """
        if self.indicator.measurements.filter(period=period.key).exists():  # type: ignore[attr-defined]
            raise ValidationError({"period": HAS_VALUE})
        first = self.indicator.first_period()
        if first and period.first < first.first:
            message = _("Choose %(period)s or a later period: the indicator begins there.")
            raise ValidationError({"period": message % {"period": first.words}})

    def _period(self) -> Period:
        try:
            period = Period.named(self.period)
        except ValueError as error:
            raise ValidationError({"period": _("Write a period such as 2019, 2019-S1, 2019-T1 or 2019-03.")}) from error
        if not self.replaces_id and period.months != self.indicator.frequency:
            frequency = self.indicator.get_frequency_display()
            raise ValidationError({"period": _("This indicator is measured %(often)s.") % {"often": frequency}})
        return period

    @property
    def is_too_small(self) -> bool:
        """True if the base is too small to publish the value."""
        return self.base is not None and self.base < self.indicator.smallest_base


VALUES = Guard(
    "indicators_switch", "Values of indicators and what was adopted are only added, neither changed nor deleted."
)
VALUES.append_only(Adoption, nullable_fields=["recorded_by"])
VALUES.append_only(Measurement, nullable_fields=["recorded_by"])
# One value of a period, and corrections of it.
OF_PERIOD = "m.indicator_id = NEW.indicator_id AND m.period = NEW.period"
FIRST = exists("indicators_measurement m", f"{OF_PERIOD} AND m.replaces_id IS NULL")
CORRECTED = exists("indicators_measurement m", f"{OF_PERIOD} AND m.id = NEW.replaces_id")
VALUES.refuse(Measurement, "INSERT", f"NEW.replaces_id IS NULL AND {FIRST}")
VALUES.refuse(Measurement, "INSERT", f"NEW.replaces_id IS NOT NULL AND NOT {CORRECTED}")
# An indicator is adopted, and its terms change, by an adoption with the same terms only. It stays from then on.
TERMS = [field.column for field in Terms._meta.concrete_fields]
SAME_TERMS = " AND ".join(f"a.{name} IS NOT DISTINCT FROM NEW.{name}" for name in [*TERMS, "session_id"])
IS_ADOPTED = exists("indicators_adoption a", f"a.indicator_id = NEW.id AND {SAME_TERMS}")
VALUES.irreplaceable(Indicator)
VALUES.refuse(Indicator, "INSERT", "NEW.state = 'adopted'")
VALUES.refuse(
    Indicator,
    "UPDATE",
    "NEW.id <> OLD.id OR OLD.state <> 'proposed' AND (NEW.state = 'proposed' OR NEW.slug <> OLD.slug)"
    f" OR (NEW.state = 'adopted' OR OLD.state <> 'proposed' AND ({differ(TERMS)})) AND NOT {IS_ADOPTED}",
)
VALUES.refuse(Indicator, "DELETE", "OLD.state <> 'proposed'")
