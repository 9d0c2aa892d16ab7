"""Open datasets: columns, and rows in chunks. Registered by apps on the hook `open_datasets`."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = Sequence[Cell]

# Number of objects per query of a file, which is never in memory as a whole.
CHUNK = 500
TEXT_MAX_LENGTH = 200
KEY_SEPARATOR = "/"
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


class ColumnType(models.TextChoices):
    """Type of the cells of a column. Any cell may be empty (None)."""

    TEXT = "text", _("text")
    INTEGER = "integer", _("whole number")
    NUMBER = "number", _("number")
    DAY = "day", _("day, as 2019-01-14")
    MOMENT = "moment", _("day and hour, as 2019-01-14T18:00:00+01:00")
    URL = "url", _("web address")


@dataclass(frozen=True)
class Column:
    """Column: its stable name in files, its meaning in words, and its type.

    Rows of `ByKey` can be filtered by a column with a `field` of their objects: for a field with choices by label, as
    in the cells, limited to the choices `among`.
    """

    name: str
    meaning: str
    type: ColumnType = ColumnType.TEXT
    field: str = ""
    among: Collection[Any] = ()

    def read(self, text: str) -> Cell:
        """Parses a filter value. Raises `ValueError` if no cell of this column can have it."""
        match self.type:
            case ColumnType.INTEGER if WHOLE_NUMBER.fullmatch(text):
                return int(text)
            case ColumnType.DAY if date.fromisoformat(text).isoformat() == text:
                return text
            case ColumnType.TEXT if 0 < len(text) <= TEXT_MAX_LENGTH and "\0" not in text:
                return text
        raise ValueError(text)


class Chunk(NamedTuple):
    """Chunk of rows, and the key after which the next one starts; None for the last chunk."""

    rows: list[Row]
    last_key: Cell


@dataclass(frozen=True)
class ByKey:
    """Rows of objects in the order of a key, for pagination by key.

    The column `column` contains the key, field `field` of the objects: unique and immutable. `rows_of` returns one row
    per object, in order, in a constant number of queries. So all chunks cost the same, and objects hidden meanwhile are
    missing from the next chunk without repeating any row.
    """

    column: str
    objects: Callable[[], models.QuerySet[Any]]
    rows_of: Callable[[list[Any]], Iterable[Row]]
    field: str = "pk"

    def __call__(self) -> Iterator[Row]:
        """Yields all rows."""
        part = self.part(limit=CHUNK)
        yield from part.rows
        while part.last_key is not None:
            part = self.part(after=part.last_key, limit=CHUNK)
            yield from part.rows

    def part(self, *, limit: int, after: Cell = None, filters: Mapping[str, Any] | None = None) -> Chunk:
        """Returns at most `limit` rows after the key `after`, of objects filtered by `filters`."""
        queryset = self.objects().filter(**(filters or {}))
        if after is not None:
            queryset = queryset.filter(**{f"{self.field}__gt": after})
        # One extra object shows whether there is a next chunk.
        objects = list(queryset.order_by(self.field)[: limit + 1])
        is_last = len(objects) <= limit
        return Chunk(list(self.rows_of(objects[:limit])), None if is_last else getattr(objects[limit - 1], self.field))

    def choices(self, column: Column) -> dict[str, Any]:
        """Returns the possible values of `column` by label; empty if any value is possible."""
        try:
            field = self.objects().model._meta.get_field(column.field)
        except FieldDoesNotExist:
            return {}
        flatchoices = getattr(field, "flatchoices", [])
        return {str(label): value for value, label in flatchoices if not column.among or value in column.among}


@dataclass(frozen=True)
class SmallDataset:
    """Small dataset whose rows are created at once, identified by their first `width` cells.

    Sorted by these cells, joined, which are the key for pagination.
    """

    rows_of: Callable[[], Iterable[Row]]
    width: int = 1

    def __call__(self) -> Iterator[Row]:
        """Yields all rows."""
        yield from sorted(self.rows_of(), key=self._key)

    def part(self, *, limit: int, after: Cell = None, filters: Mapping[str, Any] | None = None) -> Chunk:
        """Returns at most `limit` rows after the key `after`. `filters` is ignored."""
        rows = [row for row in self() if after is None or self._key(row) > str(after)]
        return Chunk(rows[:limit], self._key(rows[limit - 1]) if len(rows) > limit else None)

    def _key(self, row: Row) -> str:
        return KEY_SEPARATOR.join("" if cell is None else str(cell) for cell in row[: self.width])


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Dataset. `rows()` yields its rows in the order of their key."""

    order: int
    slug: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: ByKey | SmallDataset

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def key(self) -> list[Column]:
        """Columns that identify a row."""
        if isinstance(self.rows, SmallDataset):
            return list(self.columns[: self.rows.width])
        return [column for column in self.columns if column.name == self.rows.column]

    @property
    def filters(self) -> list[Column]:
        """Columns that rows can be filtered by."""
        return [column for column in self.columns if column.field]
