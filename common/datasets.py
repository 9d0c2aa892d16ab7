"""Sets of open data: columns, and rows that are read in parts. Apps give them on the hook `open_datasets`."""

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

# Objects read at once for a file, so that it is never whole in memory.
CHUNK = 500
TEXT_MAX_LENGTH = 200
KEY_SEPARATOR = "/"
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


class ColumnType(models.TextChoices):
    """What the cells of a column are. Any cell may be empty: None."""

    TEXT = "text", _("text")
    INTEGER = "integer", _("whole number")
    NUMBER = "number", _("number")
    DAY = "day", _("day, as 2019-01-14")
    MOMENT = "moment", _("day and hour, as 2019-01-14T18:00:00+01:00")
    URL = "url", _("web address")


@dataclass(frozen=True)
class Column:
    """A column: its name in the files, which never changes, what it means, in words, and what its cells are.

    Rows that come `ByKey` can be asked for by the value of a column that names a `field` of their objects: of a field
    with choices by the label, as the cell shows it, of those `among` the choices that a row can have.
    """

    name: str
    meaning: str
    type: ColumnType = ColumnType.TEXT
    field: str = ""
    among: Collection[Any] = ()

    def read(self, text: str) -> Cell:
        """Returns the value that `text` asks for. Raises `ValueError` when no cell of this column can hold it."""
        match self.type:
            case ColumnType.INTEGER if WHOLE_NUMBER.fullmatch(text):
                return int(text)
            case ColumnType.DAY if date.fromisoformat(text).isoformat() == text:
                return text
            case ColumnType.TEXT if 0 < len(text) <= TEXT_MAX_LENGTH and "\0" not in text:
                return text
        raise ValueError(text)


class Part(NamedTuple):
    """Some rows of a set, and the key after which the next ones come: None when these are the last."""

    rows: list[Row]
    last_key: Cell


@dataclass(frozen=True)
class ByKey:
    """Rows made of objects in the order of a key, so that they are read in parts.

    The column named `column` holds the key, which the objects have in `field`: no two share it, and it never changes.
    `rows_of` makes one row of each object, in their order, in a number of queries that does not depend on how many
    they are. So a part costs the same wherever it is, and what is hidden meanwhile is gone from the next one, which
    says nothing twice.
    """

    column: str
    objects: Callable[[], models.QuerySet[Any]]
    rows_of: Callable[[list[Any]], Iterable[Row]]
    field: str = "pk"

    def __call__(self) -> Iterator[Row]:
        """Gives all rows."""
        part = self.part(limit=CHUNK)
        yield from part.rows
        while part.last_key is not None:
            part = self.part(after=part.last_key, limit=CHUNK)
            yield from part.rows

    def part(self, *, limit: int, after: Cell = None, wanted: Mapping[str, Any] | None = None) -> Part:
        """Returns at most `limit` rows that come after the key `after`, of the objects whose fields are `wanted`."""
        found = self.objects().filter(**(wanted or {}))
        if after is not None:
            found = found.filter(**{f"{self.field}__gt": after})
        # One more than asked for: it says whether there is a next part.
        objects = list(found.order_by(self.field)[: limit + 1])
        is_last = len(objects) <= limit
        return Part(list(self.rows_of(objects[:limit])), None if is_last else getattr(objects[limit - 1], self.field))

    def choices(self, column: Column) -> dict[str, Any]:
        """Returns what the field of `column` may hold, by the label that a cell shows; none: anything."""
        try:
            found = self.objects().model._meta.get_field(column.field)
        except FieldDoesNotExist:
            return {}
        known = getattr(found, "flatchoices", [])
        return {str(label): value for value, label in known if not column.among or value in column.among}


@dataclass(frozen=True)
class Whole:
    """Rows that are made all at once, since they are few. The first `width` cells of a row tell it from the others.

    They come in the order of these cells, joined, which are their key: a part begins where the last one ended.
    """

    rows_of: Callable[[], Iterable[Row]]
    width: int = 1

    def __call__(self) -> Iterator[Row]:
        """Gives all rows."""
        yield from sorted(self.rows_of(), key=self._key)

    def part(self, *, limit: int, after: Cell = None, wanted: Mapping[str, Any] | None = None) -> Part:
        """Returns at most `limit` rows that come after the key `after`. There is nothing else to be `wanted`."""
        rows = [row for row in self() if after is None or self._key(row) > str(after)]
        return Part(rows[:limit], self._key(rows[limit - 1]) if len(rows) > limit else None)

    def _key(self, row: Row) -> str:
        return KEY_SEPARATOR.join("" if cell is None else str(cell) for cell in row[: self.width])


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A set of data. `rows()` gives its rows one by one, in the order of their key."""

    order: int
    slug: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: ByKey | Whole

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def key(self) -> list[Column]:
        """The columns that tell a row from the others."""
        if isinstance(self.rows, Whole):
            return list(self.columns[: self.rows.width])
        return [column for column in self.columns if column.name == self.rows.column]

    @property
    def filters(self) -> list[Column]:
        """The columns by whose value its rows can be asked for."""
        return [column for column in self.columns if column.field]
