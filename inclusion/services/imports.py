"""Import of files of places: each row is new, changed, unchanged, or refused with a reason.

The import is idempotent. A correction by an editor stays until the row of its place changes. Places gone from their
list are marked. A dry run reports the same and saves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.communes import COMMUNES
from common.search.adding import add_to_search
from common.search.removing import remove_from_search
from common.tables import FileRow
from common.templatetags.dates import in_city_time
from inclusion.errors import RowRefused
from inclusion.models import Place, department_of
from inclusion.services.columns import Note, hash_of, values_of
from inclusion.services.files import table_of
from inclusion.services.layouts import Layout, layout_of

BATCH = 500
WRITTEN = [*(name for name in Place.NATIONAL.values() if name != "identifier"), "row_hash", "left_on"]


@dataclass(frozen=True)
class Refused:
    """Refused row, or cell that is left out: its line, its place and the reason."""

    line: int
    identifier: str
    name: str
    reason: str


@dataclass
class Import:
    """Result of an import, or of its dry run.

    `new` are the names of the added places, `elsewhere` those of them outside the communes of the city; `gone` are the
    names of the places of the list that the file no longer contains.
    """

    new: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    left_out: list[Refused] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def created(self) -> int:
        return len(self.new)

    @property
    def changes(self) -> int:
        return self.created + self.updated + len(self.gone)


@dataclass(frozen=True, slots=True)
class _Known:
    pk: int
    row_hash: str
    has_left: bool


def import_places(file: IO[bytes], *, now: datetime, dry_run: bool = False) -> Import:
    """Imports the places of `file`; saves nothing if `dry_run`. Raises `FileRefused`, and then nothing has changed."""
    with table_of(file) as table, transaction.atomic():
        layout = layout_of(table.columns)
        return _Importer(layout, now=now, dry_run=dry_run).run(table.rows)


class _Importer:
    def __init__(self, layout: Layout, *, now: datetime, dry_run: bool) -> None:
        self.layout, self.now, self.dry_run = layout, now, dry_run
        self.today = in_city_time(now).date()
        self.result = Import()
        fields = ("identifier", "pk", "row_hash", "left_on")
        self.known = {
            name: _Known(pk, row_hash, left_on is not None)
            for name, pk, row_hash, left_on in Place.objects.order_by().values_list(*fields).iterator(chunk_size=2_000)
        }
        # Line of each identifier in the file; departments that the file covers.
        self.lines: dict[str, int] = {}
        self.departments: set[str] = set()
        self.is_whole = True

    def run(self, rows: Iterator[FileRow]) -> Import:
        places = filter(None, map(self._place, rows))
        while batch := list(islice(places, BATCH)):
            self._write(batch)
        self._mark_absent_places()
        return self.result

    def _place(self, row: FileRow) -> Place | None:
        """Returns the place to save for `row`, or None if it is unchanged or refused."""
        cells, notes = self.layout.convert(row.cells)
        try:
            values, more = self._values(row, cells)
        except RowRefused as error:
            self._refuse(self.result.refused, row, cells, str(error))
            # A refused row does not mark its place as gone from the list.
            self.lines.setdefault(cells.get("id", "").strip(), row.line)
            return None
        self.lines[values["identifier"]] = row.line
        self.departments.add(department_of(values["insee_code"], values["postal_code"]))
        for note in [*notes, *more]:
            self._refuse(self.result.left_out, row, cells, _in_words(note))
        return self._changed(values)

    def _values(self, row: FileRow, cells: dict[str, str]) -> tuple[dict[str, Any], list[Note]]:
        if row.fault:
            self.is_whole = self.is_whole and not row.ends
            raise RowRefused(row.fault)
        values, notes = values_of(cells, today=self.today)
        if first := self.lines.get(values["identifier"]):
            raise RowRefused(_("Line %(line)d has this identifier already.") % {"line": first})
        return values, notes

    def _changed(self, values: dict[str, Any]) -> Place | None:
        existing, row_hash = self.known.get(values["identifier"]), hash_of(values)
        if existing and existing.row_hash == row_hash:
            self._keep(existing)
            return None
        if existing:
            self.result.updated += 1
        else:
            self._count_new(values)
        return Place(**values, listed_in=self.layout.listed_in, row_hash=row_hash, published_at=self.now)

    def _count_new(self, values: dict[str, Any]) -> None:
        label = f"{values['name']} ({values['commune']})"
        self.result.new.append(label)
        is_local = values["insee_code"] in COMMUNES if values["insee_code"] else values["commune"] in COMMUNES.values()
        if not is_local:
            self.result.elsewhere.append(label)

    def _keep(self, existing: _Known) -> None:
        """Counts a place whose row has not changed. If it had been marked as gone, the mark is removed."""
        if not existing.has_left:
            self.result.unchanged += 1
            return
        self.result.updated += 1
        if not self.dry_run:
            Place.objects.filter(pk=existing.pk).update(left_on=None)

    def _write(self, places: list[Place]) -> None:
        """Saves new and changed places by upsert, without changing their publication and confirmation.

        Updates the search index too. A place that leaves its list stays in it: the search filters by `left_on`.
        """
        if self.dry_run:
            return
        Place.objects.bulk_create(places, update_conflicts=True, unique_fields=["identifier"], update_fields=WRITTEN)
        # On SQLite, modelsearch updates an existing entry with one query per object, but adds all new ones together.
        remove_from_search(Place.objects.filter(pk__in=[place.pk for place in places]))
        add_to_search(Place, places)

    def _mark_absent_places(self) -> None:
        """Marks places of the same list and departments that the file lacks, unless it could not be read to its end."""
        if not self.is_whole or not self.departments:
            return
        listed = Place.objects.filter(listed_in=self.layout.listed_in, left_on=None).order_by("name", "pk")
        fields = ("pk", "identifier", "name", "insee_code", "postal_code")
        gone = {
            pk: name
            for pk, identifier, name, *codes in listed.values_list(*fields).iterator(chunk_size=2_000)
            if identifier not in self.lines and department_of(*codes) in self.departments
        }
        self.result.gone = [*gone.values()]
        pks = [*gone]
        for start in range(0, len(gone), BATCH):
            if not self.dry_run:
                Place.objects.filter(pk__in=pks[start : start + BATCH]).update(left_on=self.today)

    def _refuse(self, refusals: list[Refused], row: FileRow, cells: dict[str, str], reason: str) -> None:
        name = cells.get("nom", "").strip()[:80]
        refusals.append(Refused(row.line, cells.get("id", "").strip()[:80], name, reason))


def _in_words(note: Note) -> str:
    column, reason = note
    return _("%(column)s: %(reason)s") % {"column": column, "reason": reason}
