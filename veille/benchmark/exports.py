"""Comparison as open data: each published finding with its source. A cell that nobody filled has no row."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from common.hooks import Cell, Column, Dataset
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from veille.models import Observation


def open_datasets() -> list[Dataset]:
    """Returns the dataset of the comparison."""
    return [
        Dataset(
            order=60,
            slug="comparatif",
            title=_("Comparison of metropolises"),
            description=_(
                "What the committee found in each metropolis, with the source of each finding."
                " Where nothing is known there is no row: that is not a no."
            ),
            columns=columns(),
            rows=lambda: rows(Observation.objects.current()),
        )
    ]


def columns() -> tuple[Column, ...]:
    return (
        Column("metropole", _("Name of the metropolis.")),
        Column("siren", _("SIREN of the metropolis, in the files of the State too.")),
        Column("critere", _("Short name of the criterion. It never changes.")),
        Column("question", _("What is asked.")),
        Column("valeur", _("What was found: yes, partly, no, a number or a few words.")),
        Column("unite", _("Unit of a number. Empty otherwise.")),
        Column("source", _("Address of the source. Never empty.")),
        Column("titre_source", _("Title of the source. May be empty.")),
        Column("vue_le", _("Day on which the source was seen.")),
        Column("motif", _("Why it replaced an earlier finding. Empty if it did not.")),
        Column("publie_le", _("When a second person had read it.")),
        Column("adresse", _("Address of the criterion on the site.")),
    )


def rows(observations: Iterable[Observation]) -> Iterator[Sequence[Cell]]:
    """Gives a row for each finding, in their order. One query."""
    for one in observations.select_related("city", "criterion").iterator():  # type: ignore[attr-defined]
        yield (
            one.city.name,
            one.city.siren,
            one.criterion.slug,
            one.criterion.question,
            one.written,
            one.criterion.unit,
            one.source_url,
            one.source_title,
            isoformat(one.source_seen_on),
            one.reason,
            isoformat(one.published_at),
            absolute_url(one.criterion.get_absolute_url()),
        )
