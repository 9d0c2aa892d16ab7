"""Comparison as open data: each published observation with its source. An empty cell has no row."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from veille.models import City, Criterion, Observation


def open_datasets() -> list[Dataset]:
    """Returns the dataset of the comparison."""
    return [
        Dataset(
            order=60,
            slug="comparatif",
            title=_("Comparison of metropolises"),
            description=_(
                "What the committee found in each metropolis, with the source of each observation."
                " Where nothing is known there is no row: that is not a no."
            ),
            columns=columns(),
            rows=ByKey("numero", objects=current, rows_of=rows),
        )
    ]


def columns() -> tuple[Column, ...]:
    return (
        Column("metropole", _("Name of the metropolis."), field="city__name"),
        Column("siren", _("SIREN of the metropolis, in the files of the State too."), field="city__siren"),
        Column("critere", _("Short name of the criterion. It never changes."), field="criterion__slug"),
        Column("question", _("What is asked.")),
        Column("valeur", _("What was found: yes, partly, no, a number or a few words.")),
        Column("unite", _("Unit of a number. Empty otherwise.")),
        Column("source", _("Address of the source. Never empty."), ColumnType.URL),
        Column("titre_source", _("Title of the source. May be empty.")),
        Column("vue_le", _("Day on which the source was seen."), ColumnType.DAY),
        Column("motif", _("Why it replaced an earlier observation. Empty if it did not.")),
        Column("publie_le", _("When a second person had read it."), ColumnType.MOMENT),
        Column("adresse", _("Address of the criterion on the site."), ColumnType.URL),
        Column("numero", _("Number of the observation. It never changes."), ColumnType.INTEGER),
    )


def current() -> QuerySet[Observation]:
    """Returns the published observations, with their cities and criteria."""
    return Observation.objects.current().select_related("city", "criterion")


def rows(observations: Iterable[Observation]) -> Iterator[Row]:
    """Yields a row for each observation, in their order. Runs no query on objects from `current`."""
    for observation in observations:
        yield (
            observation.city.name,
            observation.city.siren,
            observation.criterion.slug,
            observation.criterion.question,
            observation.written,
            observation.criterion.unit,
            observation.source_url,
            observation.source_title,
            isoformat(observation.source_seen_on),
            observation.reason,
            isoformat(observation.published_at),
            absolute_url(observation.criterion.get_absolute_url()),
            observation.pk,
        )


# Columns of the file to fill in with a spreadsheet: a row for each cell, empty ones included.
GRID_HEADER = ("metropole", "siren", "critere", "question", "valeur", "source", "titre_source", "vue_le", "motif")


def grid_rows() -> Iterator[list[str]]:
    """Yields a row for each metropolis and criterion, with the last observation, published or not. Three queries."""
    latest = {
        (observation.city_id, observation.criterion_id): observation
        for observation in Observation.objects.last_written().order_by()
    }
    cities = list(City.objects.all())
    for criterion in Criterion.objects.all():
        for city in cities:
            row = [city.name, city.siren, criterion.slug, criterion.question]
            if observation := latest.get((city.pk, criterion.pk)):
                row += [observation.written, observation.source_url, observation.source_title]
                row += [isoformat(observation.source_seen_on) or "", observation.reason]
            yield row + [""] * (len(GRID_HEADER) - len(row))
