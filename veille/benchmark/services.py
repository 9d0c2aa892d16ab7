"""Services of the comparison: one user records an observation, a second one reviews and publishes it.

The admin form, its bulk action, the import and the demonstration all use these services.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from common.city import CITY
from common.shown import Contents, Shown, fingerprint, require_shown
from common.spreadsheets import as_written
from common.templatetags.dates import in_city_time
from veille import permissions
from veille.errors import ObservationRefused
from veille.models import City, Criterion, Observation, Withdrawal
from veille.models.withdrawals import is_withdrawn

if TYPE_CHECKING:
    from accounts.models import User

# 22 metropolises on 1 January 2019 with their municipal population of 2016, from the list of inter-municipal bodies
# that the State publishes under the Licence Ouverte.
METROPOLISES = Path(__file__).with_name("metropolises.csv")
LIST_OF_2019, YEAR_OF_POPULATION = "https://github.com/etalab/decoupage-administratif", 2016
WITHDRAWN = "veille.finding_withdrawn"
# Required columns of a file of observations.
NEEDED = ("siren", "critere", "valeur", "source", "vue_le")


@transaction.atomic
def add_metropolises() -> tuple[int, int]:
    """Adds the metropolises of 2019. Returns the numbers of added and of existing ones."""
    existing_sirens = set(City.objects.values_list("siren", flat=True))
    has_ours = City.objects.filter(is_ours=True).exists()
    with METROPOLISES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    added = [
        City(
            siren=row["siren"],
            name=row["name"],
            slug=slugify(row["name"]),
            population=int(row["population"]),
            population_year=YEAR_OF_POPULATION,
            population_source=LIST_OF_2019,
            is_ours=row["name"] == CITY.name and not has_ours,
        )
        for row in rows
        if row["siren"] not in existing_sirens
    ]
    City.objects.bulk_create(added)
    return len(added), len(rows) - len(added)


@dataclass(frozen=True, kw_only=True)
class ObservationInput:
    """Input of an observation, from a form or a row of a file; `value` is parsed by `Criterion.parsed`."""

    city: City
    criterion: Criterion
    value: str
    source_url: str
    source_title: str = ""
    source_seen_on: date | None
    reason: str = ""


def prepare(data: ObservationInput, *, by: "User", now: datetime) -> Observation | None:
    """Returns the observation that `record` would save, which takes the place of an unpublished one of the same cell.

    Returns None if the last observation of the cell is the same. Raises `ValidationError` for a value that does not fit
    the criterion, a missing source, or a change of a published observation without a reason.
    """
    cell = Observation.objects.filter(city=data.city, criterion=data.criterion, replaced_by=None)
    waiting, current = cell.waiting().first(), cell.filter(published_at__isnull=False).first()
    observation = Observation(
        city=data.city,
        criterion=data.criterion,
        **_parsed(data),
        reason=data.reason.strip(),
        source_url=data.source_url.strip(),
        source_title=data.source_title.strip(),
        source_seen_on=data.source_seen_on,
        recorded_by=by,
    )
    last = waiting or (current if current and not is_withdrawn(current) else None)
    if last and last.same_as(observation) and (not waiting or waiting.reason == observation.reason):
        return None
    require_source(observation, in_city_time(now).date())
    if current and not observation.reason:
        raise ValidationError({"reason": _("Say why the published observation changes: everyone reads it.")})
    if waiting:
        observation.pk, observation.recorded_at, observation._state.adding = waiting.pk, waiting.recorded_at, False
    observation.full_clean(exclude=["city", "criterion"])
    return observation


@transaction.atomic
def record(data: ObservationInput, *, by: "User", now: datetime) -> Observation | None:
    """Saves an observation recorded by `by`, for a review by a second user. Returns it, or None if already known."""
    observation = prepare(data, by=by, now=now)
    if observation is None:
        return None
    try:
        with transaction.atomic():
            observation.save()
    except IntegrityError:
        # Another request has written in this cell at the same moment: compare with what it wrote.
        observation = prepare(data, by=by, now=now)
        if observation:
            observation.save()
    return observation


def require_source(observation: Observation, today: date) -> None:
    """Raises `ValidationError` unless the observation has a source URL and a day that is not in the future.

    The database requires them at publication only; they are required here already, while the recorder has the source
    open.
    """
    missing = observation.missing_source()
    if observation.source_seen_on and observation.source_seen_on > today:
        missing["source_seen_on"] = _("This day is to come: write the day on which you saw the source.")
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def publish(*, observation: Observation, reader: "User", shown: Shown, now: datetime) -> None:
    """Publishes an observation reviewed by `reader`, not its recorder. The one that it corrects becomes replaced.

    Raises `ChangedMeanwhile`, and `ObservationRefused` if it cannot be published.
    """
    locked = (
        Observation.objects.select_for_update(of=("self",)).select_related("criterion", "city").get(pk=observation.pk)
    )
    if not permissions.can_read_over(reader, locked):
        raise ObservationRefused(refusal(reader, locked))
    require_shown(shown, locked, locked.fingerprint)
    locked.published_at, locked.second_reader = now, reader
    try:
        require_source(locked, in_city_time(now).date())
        locked.clean()
    except ValidationError as error:
        raise ObservationRefused(" ".join(error.messages)) from error
    Observation.objects.filter(
        city=locked.city_id, criterion=locked.criterion_id, published_at__isnull=False, replaced_by=None
    ).update(replaced_by=locked)
    locked.save(update_fields=["published_at", "second_reader"])
    observation.refresh_from_db()


def contents_of(observation: Observation) -> Contents:
    """Returns what the page of a withdrawal shows: the cell, its value, and the source."""
    source = f"{observation.source_label} – {observation.source_url}"
    return {
        _("Criterion"): str(observation.criterion),
        _("Metropolis"): str(observation.city),
        _("What was found"): observation.in_words,
        _("Source"): source,
    }


@transaction.atomic
def withdraw(*, observation: Observation, reason: str, by: "User", shown: Shown, now: datetime) -> None:
    """Withdraws a published observation: it is hidden, and kept with the reason.

    Raises `ObservationRefused`, and `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    observations = Observation.objects.select_related("criterion", "city").select_for_update(of=("self",))
    locked = observations.get(pk=observation.pk)
    if not permissions.can_withdraw(by, locked):
        raise ObservationRefused(_("Only a published observation that nobody corrected is withdrawn, and only once."))
    require_shown(shown, locked, fingerprint(contents_of(locked)))
    Withdrawal.objects.create(observation=locked, reason=reason.strip(), withdrawn_at=now)
    log(instance=locked, action=WITHDRAWN, user=by, data={"reason": reason})


def _parsed(data: ObservationInput) -> dict[str, Any]:
    try:
        return data.criterion.parsed(data.value)
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error


def refusal(reader: "User", observation: Observation) -> str:
    """Returns the reason for which `reader` may not publish the observation."""
    name = {"observation": str(observation)}
    if observation.published_at:
        return _("“%(observation)s” is published already.") % name
    if observation.recorded_by_id == reader.pk:
        return _("You recorded “%(observation)s” yourself: another person reads it over and publishes it.") % name
    if observation.recorded_by_id is None:
        return _("Who recorded “%(observation)s” has no account any more: record it again.") % name
    return _("You may not publish observations.")


@dataclass(frozen=True, kw_only=True)
class Report:
    """Result of an import, or of its preview: numbers of rows, and the refused ones as (line, cell, reason).

    `accepted` are the recorded ones as (line, cell, observation).
    """

    accepted: list[tuple[int, str, str]]
    recorded: int
    unchanged: int
    empty: int
    refused: list[tuple[int, str, str]]


def import_rows(rows: Iterable[dict[str, Any]], *, by: "User", now: datetime, dry_run: bool) -> Report:
    """Records the rows of a file, each with the columns of `exports.GRID_HEADER`; saves nothing if `dry_run`.

    Observations are recorded unpublished, whoever imports the file. A row without value and source is empty: its cell
    stays unchanged. Refused rows are reported with their reason and do not stop the others.
    """
    cities = {city.siren: city for city in City.objects.all()}
    criteria = {criterion.slug: criterion for criterion in Criterion.objects.all()}
    counts, accepted, refused, cells_seen = dict.fromkeys(("recorded", "unchanged", "empty"), 0), [], [], set()
    for line, row in enumerate(rows, start=2):
        cells = {name: _cell(row.get(name)) for name in ("siren", "critere", "valeur", "source", "titre_source")}
        if not any(cells[name] for name in ("valeur", "source", "titre_source")):
            counts["empty"] += 1
            continue
        name = f"{_cell(row.get('metropole')) or cells['siren']} · {cells['critere']}"
        try:
            data = _observation_input(row, cells, cities, criteria)
            if (key := (data.city.pk, data.criterion.pk)) in cells_seen:
                raise ValidationError(_("This cell stands in the file already, on a line above."))
            observation = prepare(data, by=by, now=now) if dry_run else record(data, by=by, now=now)
            cells_seen.add(key)
            counts["recorded" if observation else "unchanged"] += 1
            if observation:
                accepted.append((line, f"{data.city} · {data.criterion}", data.value))
        except ValidationError as error:
            refused.append((line, name, " ".join(error.messages)))
    return Report(**counts, accepted=accepted, refused=refused)


def _observation_input(
    row: dict[str, Any], cells: dict[str, str], cities: dict[str, City], criteria: dict[str, Criterion]
) -> ObservationInput:
    if cells["siren"] not in cities:
        raise ValidationError(_("No metropolis of the comparison has this SIREN."))
    if cells["critere"] not in criteria:
        raise ValidationError(_("No criterion has this short name."))
    return ObservationInput(
        city=cities[cells["siren"]],
        criterion=criteria[cells["critere"]],
        value=cells["valeur"],
        source_url=cells["source"],
        source_title=cells["titre_source"],
        source_seen_on=_day(_cell(row.get("vue_le"))),
        reason=_cell(row.get("motif")),
    )


def _cell(value: Any) -> str:
    return as_written(value) if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    if text:
        raise ValidationError(_("Write the day as 2026-11-28 or 28/11/2026."))
    return None


def rows_of(text: str) -> list[dict[str, Any]]:
    """Returns the rows of a CSV file, delimited by semicolons or commas. Raises `ObservationRefused`."""
    head = text.partition("\n")[0]
    try:
        delimiter = ";" if ";" in head else ","
        # Strict: otherwise, an open quote would swallow the rest of the file into one cell.
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        rows = [] if missing else list(reader)
    except csv.Error as error:
        raise ObservationRefused(_("This is no CSV file that we can read.")) from error
    if missing:
        raise ObservationRefused(_("The file lacks these columns: %(names)s.") % {"names": ", ".join(missing)})
    return rows
