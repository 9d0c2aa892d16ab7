"""Open data of the public places of help, in the columns of the national schema.

Phone numbers and e-mail addresses are those of public counters; no other dataset contains any.
"""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from common.datasets import ByKey, Cell, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from inclusion.models import Place
from inclusion.models.fields import SEPARATOR, PipedField

TYPES = {"latitude": ColumnType.NUMBER, "longitude": ColumnType.NUMBER, "date_maj": ColumnType.DAY}
TYPES |= dict.fromkeys(("fiche_acces_libre", "prise_rdv"), ColumnType.URL)
FILTERS = {"commune", "code_postal", "code_insee"}


def open_datasets() -> list[Dataset]:
    return [
        Dataset(
            order=85,
            slug="lieux",
            title=_("Places of digital help"),
            description=_(
                "Public counters where people are helped, in the columns of the national schema. "
                "Phones and e-mail addresses are those of the counters."
            ),
            columns=(
                Column("numero", _("Number of the place on this site. It never changes."), ColumnType.INTEGER),
                *map(_column, Place.NATIONAL),
                Column("verifie_le", _("Day on which the committee confirmed it last. May be empty."), ColumnType.DAY),
                Column("invente", _("Whether it is invented, for the demonstration: oui or non.")),
                Column("page", _("Address of the page."), ColumnType.URL),
            ),
            rows=ByKey("numero", objects=Place.objects.public, rows_of=_rows),
        )
    ]


def _column(name: str) -> Column:
    field = Place._meta.get_field(Place.NATIONAL[name])
    label = str(getattr(field, "verbose_name", name))
    meaning = f"{label[:1].upper()}{label[1:]}."
    if isinstance(field, PipedField):
        meaning = _("%(meaning)s Several are separated by a bar.") % {"meaning": meaning}
    return Column(
        name, meaning, TYPES.get(name, ColumnType.TEXT), field=Place.NATIONAL[name] if name in FILTERS else ""
    )


def _rows(places: list[Place]) -> Iterator[Row]:
    today = timezone.localdate()
    for place in places:
        values = {name: getattr(place, name) for name in Place.NATIONAL.values()}
        values["hours"] = place.hours_with_closures(today)
        yield (
            place.pk,
            *map(_cell, values.values()),
            isoformat(place.checked_on),
            "oui" if place.is_invented else "non",
            absolute_url(place.get_absolute_url()),
        )


def _cell(value: object) -> Cell:
    if isinstance(value, tuple):
        return SEPARATOR.join(value)
    return isoformat(value) if hasattr(value, "isoformat") else value  # type: ignore[arg-type,return-value]
