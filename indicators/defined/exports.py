"""Open data of the indicators, and personal data: the values and adoptions that an account recorded."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cms.hooks import Citation
from committee.models import TopicPage
from common.charts.values import plain_number
from common.datasets import ByKey, Cell, Column, ColumnType, Dataset, Row
from common.personal_data import PersonalDataSet
from common.templatetags.dates import isoformat
from common.urls import absolute_url, is_own
from indicators.defined.queries.values import value_words
from indicators.models import Adoption, Indicator, Measurement


def indicator_columns() -> tuple[Column, ...]:
    """Returns the columns of the dataset of indicators."""
    return (
        Column("indicateur", _("Title of the indicator.")),
        Column("etat", _("Proposed, adopted by the committee, or left."), field="state"),
        Column("question", _("What it answers.")),
        Column("definition", _("What is counted.")),
        Column("unite", _("The unit of its values.")),
        Column("sens", _("Which way is better.")),
        Column("rythme", _("How often it is measured."), field="frequency"),
        Column("valeur_de_depart", _("The value at the start."), ColumnType.NUMBER),
        Column("date_de_depart", _("The day of the value at the start."), ColumnType.DAY),
        Column("objectif", _("The target."), ColumnType.NUMBER),
        Column("date_objectif", _("The day of the target."), ColumnType.DAY),
        Column("methode", _("How it is counted.")),
        Column("echelle", _("For which places.")),
        Column("sujet", _("Its topic.")),
        Column("qui_compte", _("Who counts.")),
        Column("source", _("Address of the source."), ColumnType.URL),
        Column("adopte_le", _("When it was adopted."), ColumnType.MOMENT),
        Column("raison_abandon", _("Why it was left.")),
        Column("adresse", _("Address of its page."), ColumnType.URL),
        Column("numero", _("Number of the indicator. It never changes."), ColumnType.INTEGER),
    )


def value_columns() -> tuple[Column, ...]:
    """Returns the columns of the dataset of values, also used for the file of one indicator."""
    return (
        Column("indicateur", _("Title of the indicator.")),
        Column("periode", _("Period: 2019, 2019-S1 for a half-year, 2019-T1 for a quarter, 2019-03."), field="period"),
        Column("valeur", _("The value; empty where the base is too small to be told."), ColumnType.NUMBER),
        Column("unite", _("The unit of its values.")),
        Column("base", _("Among how many it was counted, if it is a part or a middle."), ColumnType.INTEGER),
        Column("absence", _("Why there is no value.")),
        Column("source", _("Address of the source."), ColumnType.URL),
        Column("titre_source", _("Title of the source.")),
        Column("source_vue_le", _("When the source was seen."), ColumnType.DAY),
        Column("remarque", _("What to know of the value.")),
        Column("corrigee", _("Whether a later row replaces this one: oui or non.")),
        Column("raison_correction", _("Why it replaces another value.")),
        Column("requete", _("The query, where this site measured it.")),
        Column("publiee_le", _("When it was published."), ColumnType.MOMENT),
        Column("numero", _("Number of the value. It never changes."), ColumnType.INTEGER),
    )


def open_datasets() -> list[Dataset]:
    """Returns the datasets of indicators and values."""
    return [
        Dataset(
            order=60,
            slug="indicateurs",
            title=_("Indicators of the committee"),
            description=_("What the committee measures, how and why: proposed, adopted and left indicators."),
            columns=indicator_columns(),
            rows=ByKey("numero", objects=Indicator.objects.all, rows_of=_indicators),
        ),
        Dataset(
            order=61,
            slug="mesures",
            title=_("Values of the indicators"),
            description=_("Each value with its source, those that were corrected too, with the reason."),
            columns=value_columns(),
            rows=ByKey("numero", objects=_values, rows_of=values_of),
        ),
    ]


def _indicators(indicators: list[Indicator]) -> Iterator[Row]:
    """Yields the row of each of `indicators`. The titles of unpublished topics are left out."""
    topics = dict(TopicPage.objects.published().values_list("pk", "title"))
    for indicator in indicators:
        yield (
            *(
                indicator.title,
                indicator.state_label,
                indicator.question,
                indicator.definition,
                indicator.unit,
                indicator.get_better_display(),
            ),
            *(indicator.get_frequency_display(), number_of(indicator.baseline), isoformat(indicator.baseline_on)),
            *(number_of(indicator.target), isoformat(indicator.target_on), indicator.method, indicator.grain),
            *(topics.get(indicator.topic_id or 0, ""), indicator.source_name, indicator.source_url or None),
            *(
                isoformat(indicator.adopted_at),
                indicator.left_reason,
                absolute_url(indicator.get_absolute_url()),
                indicator.pk,
            ),
        )


def _values() -> QuerySet[Measurement]:
    return Measurement.objects.select_related("indicator")


def values_of(measurements: Iterable[Measurement]) -> Iterator[Row]:
    """Yields the row of each of `measurements`."""
    rows = list(measurements)
    replaced = set(Measurement.objects.filter(replaces__in=rows).values_list("replaces", flat=True))
    for measurement in rows:
        yield (
            *(
                measurement.indicator.title,
                measurement.period,
                number_of(measurement.value),
                measurement.indicator.unit,
                measurement.base,
            ),
            value_words(measurement.indicator, measurement) if measurement.value is None else "",
            *(
                measurement.source_url,
                measurement.source_title,
                isoformat(measurement.source_seen_on),
                measurement.note,
            ),
            *(
                "oui" if measurement.pk in replaced else "non",
                measurement.reason,
                measurement.query,
                isoformat(measurement.published_at),
                measurement.pk,
            ),
        )


def number_of(value: Decimal | None) -> Cell:
    return None if value is None else plain_number(value)


def citations() -> Iterator[Citation]:
    """Yields the external sources of the adopted indicators and of their current values, once per indicator."""
    cited = [
        *Indicator.objects.adopted().values_list("pk", "title", "source_url"),
        *Measurement.objects.current()
        .exclude(indicator__adopted_at=None)
        .values_list("indicator", "indicator__title", "source_url")
        .distinct()
        .order_by(),
    ]
    for pk, title, url in dict.fromkeys(cited):
        if not is_own(url):
            yield Citation(
                url=url, title=title, edit_url=reverse("wagtailsnippets_indicators_indicator:edit", args=[pk])
            )


def recorded_by(user: User) -> Iterator[PersonalDataSet]:
    """Yields the values and adoptions that an account recorded. The rows stay, anonymously, when it is erased."""
    yield PersonalDataSet(
        "indicators.recorded",
        _("Values and adoptions of indicators that you recorded"),
        [
            *({"indicator": str(measurement), "at": measurement.recorded_at} for measurement in _of(Measurement, user)),
            *({"indicator": str(adoption.indicator), "at": adoption.recorded_at} for adoption in _of(Adoption, user)),
        ],
    )


def _of(model: type[Measurement | Adoption], user: User) -> QuerySet:
    return model.objects.filter(recorded_by=user).select_related("indicator").order_by("pk")
