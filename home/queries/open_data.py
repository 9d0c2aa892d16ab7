"""Open data: a dataset by its name, its licence, and rows selected by URL parameters."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.datasets import KEY_SEPARATOR, ByKey, Cell, Chunk, Column, Dataset
from common.hooks import datasets
from home.errors import BadParameter

# Licence required by law for data of public bodies (décret 2017-638).
LICENCE_NAME = "Licence Ouverte 2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"

AFTER, LIMIT = "apres", "limite"
DEFAULT_ROWS, MAX_ROWS = 100, 1_000


@dataclass(frozen=True)
class DatasetSelection:
    """Selected rows of a dataset; `fields` are attributes of the underlying objects."""

    limit: int = DEFAULT_ROWS
    after: Cell = None
    fields: dict[str, Any] = field(default_factory=dict)

    def part_of(self, dataset: Dataset) -> Chunk:
        return dataset.rows.part(limit=self.limit, after=self.after, filters=self.fields)


def dataset_named(slug: str) -> Dataset | None:
    """Returns the dataset with this name, or None."""
    return next((dataset for dataset in datasets() if dataset.slug == slug), None)


def key_column(dataset: Dataset) -> Column:
    """Returns the column of the parameter `apres`: the key of a row, or a joined text if it has several columns."""
    [first, *other_columns] = dataset.key
    return Column(KEY_SEPARATOR.join(column.name for column in dataset.key), "") if other_columns else first


def wanted(dataset: Dataset, parameters: QueryDict) -> DatasetSelection:
    """Returns the selection for `parameters`. Raises `BadParameter` if one is unknown, repeated or invalid."""
    filters = {column.name: column for column in dataset.filters}
    if unknown := [name for name in parameters if name not in (AFTER, LIMIT, *filters)]:
        allowed = ", ".join((AFTER, LIMIT, *filters))
        raise BadParameter(
            _("The parameter “%(name)s” does not exist here. You can use: %(known)s.")
            % {"name": unknown[0], "known": allowed}
        )
    if twice := [name for name, values in parameters.lists() if len(values) > 1]:
        raise BadParameter(_("The parameter “%(name)s” is there twice. Give it once.") % {"name": twice[0]})
    after, limit = parameters.get(AFTER), parameters.get(LIMIT)
    return DatasetSelection(
        limit=DEFAULT_ROWS if limit is None else _number_of_rows(limit),
        after=None if after is None else _read(key_column(dataset), after, AFTER),
        fields={
            column.field: _field_value(dataset, column, text)
            for name, column in filters.items()
            if (text := parameters.get(name)) is not None
        },
    )


def choices(dataset: Dataset, column: Column) -> dict[str, Any]:
    """Returns the possible values of `column` as {label: value}; empty if any value of its type is allowed."""
    return dataset.rows.choices(column) if isinstance(dataset.rows, ByKey) else {}


def _number_of_rows(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MAX_ROWS:
        return int(text)
    raise BadParameter(
        _("“%(name)s” is a whole number from 1 to %(max)s.") % {"name": LIMIT, "max": MAX_ROWS},
    )


def _field_value(dataset: Dataset, column: Column, text: str) -> Any:
    values = choices(dataset, column)
    if not values:
        return _read(column, text, column.name)
    if text not in values:
        raise BadParameter(
            _("“%(name)s” can be: %(known)s.") % {"name": column.name, "known": ", ".join(values)},
        )
    return values[text]


def _read(column: Column, text: str, name: str) -> Cell:
    try:
        return column.read(text)
    except ValueError as error:
        sentence = _("The value of “%(name)s” cannot be read. It must be: %(kind)s.")
        raise BadParameter(sentence % {"name": name, "kind": str(column.type.label)}) from error
