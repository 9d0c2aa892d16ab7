"""Open data of the indicators, and what they hold of a person: what an account recorded."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import PersonalDataSet
from accounts.models import User
from committee.models import TopicPage
from common.hooks import Cell, Column, Dataset
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from indicators.defined.queries.series import Absence
from indicators.models import Adoption, Indicator, Measurement

INDICATOR_COLUMNS = (
    Column("indicateur", gettext_lazy("Title of the indicator.")),
    Column("etat", gettext_lazy("Proposed, adopted by the committee, or left.")),
    Column("question", gettext_lazy("What it answers.")),
    Column("definition", gettext_lazy("What is counted.")),
    Column("unite", gettext_lazy("The unit of its values.")),
    Column("sens", gettext_lazy("Which way is better.")),
    Column("rythme", gettext_lazy("How often it is measured.")),
    Column("valeur_de_depart", gettext_lazy("The value at the start.")),
    Column("date_de_depart", gettext_lazy("The day of the value at the start.")),
    Column("objectif", gettext_lazy("The target.")),
    Column("date_objectif", gettext_lazy("The day of the target.")),
    Column("methode", gettext_lazy("How it is counted.")),
    Column("echelle", gettext_lazy("For which places.")),
    Column("sujet", gettext_lazy("Its topic.")),
    Column("qui_compte", gettext_lazy("Who counts.")),
    Column("source", gettext_lazy("Address of the source.")),
    Column("adopte_le", gettext_lazy("When it was adopted.")),
    Column("raison_abandon", gettext_lazy("Why it was left.")),
    Column("adresse", gettext_lazy("Address of its page.")),
)
VALUE_COLUMNS = (
    Column("indicateur", gettext_lazy("Title of the indicator.")),
    Column("periode", gettext_lazy("Period: 2019, 2019-S1 for a half-year, 2019-T1 for a quarter, 2019-03.")),
    Column("valeur", gettext_lazy("The value; empty where the base is too small to be told.")),
    Column("unite", gettext_lazy("The unit of its values.")),
    Column("base", gettext_lazy("Among how many it was counted, if it is a part or a middle.")),
    Column("absence", gettext_lazy("Why there is no value.")),
    Column("source", gettext_lazy("Address of the source.")),
    Column("titre_source", gettext_lazy("Title of the source.")),
    Column("source_vue_le", gettext_lazy("When the source was seen.")),
    Column("remarque", gettext_lazy("What to know of the value.")),
    Column("corrigee", gettext_lazy("Whether a later row replaces this one: oui or non.")),
    Column("raison_correction", gettext_lazy("Why it replaces another value.")),
    Column("requete", gettext_lazy("The query, where this site measured it.")),
    Column("publiee_le", gettext_lazy("When it was published.")),
)


def open_datasets() -> list[Dataset]:
    """Returns the sets of this feature."""
    return [
        Dataset(
            order=60,
            slug="indicateurs",
            title=_("Indicators of the committee"),
            description=_("What the committee measures, how and why: proposed, adopted and left indicators."),
            columns=INDICATOR_COLUMNS,
            rows=_indicators,
        ),
        Dataset(
            order=61,
            slug="mesures",
            title=_("Values of the indicators"),
            description=_("Each value with its source, those that were corrected too, with the reason."),
            columns=VALUE_COLUMNS,
            rows=lambda: values_of(Measurement.objects.order_by("pk")),
        ),
    ]


def _indicators() -> Iterator[Sequence[Cell]]:
    topics = dict(TopicPage.objects.published().values_list("pk", "title"))
    for one in Indicator.objects.order_by("pk").iterator():
        yield (
            *(one.title, one.state_label, one.question, one.definition, one.unit, one.get_better_display()),
            *(one.get_frequency_display(), _number(one.baseline), isoformat(one.baseline_on)),
            *(_number(one.target), isoformat(one.target_on), one.method, one.grain, topics.get(one.topic_id or 0, "")),
            *(one.source_name, one.source_url, isoformat(one.adopted_at), one.left_reason),
            absolute_url(one.get_absolute_url()),
        )


def values_of(measurements: QuerySet[Measurement]) -> Iterator[Sequence[Cell]]:
    """Gives the row of each of `measurements`."""
    replaced = set(Measurement.objects.exclude(replaces=None).values_list("replaces", flat=True))
    for one in measurements.select_related("indicator").iterator(chunk_size=500):
        yield (
            *(one.indicator.title, one.period, _number(one.value), one.indicator.unit, one.base),
            Absence.TOO_SMALL.words if one.value is None else "",
            *(one.source_url, one.source_title, isoformat(one.source_seen_on), one.note),
            *("oui" if one.pk in replaced else "non", one.reason, one.query, isoformat(one.published_at)),
        )


def _number(value: object) -> str:
    """Returns a decimal as programs read it, with a point."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def recorded_by(user: User) -> Iterator[PersonalDataSet]:
    """What an account noted of the indicators. The rows stay when the account is erased; they lead to nobody then."""
    yield PersonalDataSet(
        "indicators.recorded",
        _("Values and adoptions of indicators that you recorded"),
        [
            *({"indicator": str(one), "at": one.recorded_at} for one in _of(Measurement, user)),
            *({"indicator": str(one.indicator), "at": one.recorded_at} for one in _of(Adoption, user)),
        ],
    )


def _of(model: type[Measurement | Adoption], user: User) -> QuerySet:
    return model.objects.filter(recorded_by=user).select_related("indicator").order_by("pk")
