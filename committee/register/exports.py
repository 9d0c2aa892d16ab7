"""Register of decisions as a JSON file, and as open data."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from committee.models import RegisterEntry
from committee.register.queries import followed
from committee.register.services.chain import as_data
from committee.verify_register import lines_of
from common.datasets import ByKey, Column, ColumnType, Dataset, Row
from common.templatetags.dates import isoformat
from common.urls import absolute_url


def export() -> bytes:
    """Returns the whole register as JSON, one entry per line. Deterministic: the same register gives the same bytes."""
    return b"\n".join(lines_of(as_data(entry) for entry in RegisterEntry.objects.order_by("number"))) + b"\n"


def decision_datasets() -> list[Dataset]:
    """Returns the dataset of decisions, without the responsible person, which may be a name."""
    return [
        Dataset(
            order=45,
            slug="decisions",
            title=_("Decisions of the committee"),
            description=_("The register of decisions. The file with its hashes is on the page of the register."),
            columns=(
                Column("numero", _("Number in the register."), ColumnType.INTEGER),
                Column("seance", _("Day of the session."), ColumnType.DAY, "session_day"),
                Column("approuvee_le", _("Day on which the minutes were approved."), ColumnType.DAY),
                Column("decision", _("What was decided; empty when the words were removed.")),
                Column("avant_le", _("Before which day it is to be done."), ColumnType.DAY),
                Column("sujet", _("Topic of the work programme."), field="topic"),
                Column(
                    "prise",
                    _("How it was taken: “accord”, “main-levee” or “bulletin”; empty in older entries."),
                ),
                Column("pour", _("Seats for it; empty for an agreement."), ColumnType.INTEGER),
                Column("contre", _("Seats against it; empty for an agreement."), ColumnType.INTEGER),
                Column("abstentions", _("Seats that abstained; empty for an agreement."), ColumnType.INTEGER),
                Column("majorite", _("Majority that it needed: “simple” or “deux-tiers” of those present.")),
                Column("avis_contraires", _("Dissents, one a line, without names.")),
                Column("empreinte", _("Hash of the entry.")),
                Column("adresse", _("Address on the site."), ColumnType.URL),
                Column("faite_le", _("Day on which it was carried out; empty until then."), ColumnType.DAY),
            ),
            rows=ByKey("numero", objects=RegisterEntry.objects.decisions, rows_of=_rows, field="number"),
        )
    ]


def _rows(entries: list[RegisterEntry]) -> Iterator[Row]:
    rows = followed(entries)
    for entry in entries:
        yield (
            entry.number,
            isoformat(entry.session_day),
            isoformat(entry.approved_on),
            entry.text,
            isoformat(entry.due_on),
            entry.topic,
            entry.manner,
            entry.votes_for,
            entry.votes_against,
            entry.abstentions,
            entry.majority,
            entry.dissents,
            entry.hash,
            absolute_url(entry.get_absolute_url()),
            isoformat(rows[entry.number].done_on) if entry.number in rows else None,
        )
