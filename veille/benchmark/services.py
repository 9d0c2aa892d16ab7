"""The two steps of a finding: one person records it, another one reads it over and publishes it.

Every road comes here: the form of the admin, its bulk action, the import of a file, the demonstration.
"""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from veille import permissions
from veille.errors import ObservationRefused
from veille.models import City, Criterion, Observation

if TYPE_CHECKING:
    from accounts.models import User

# The 22 metropolises on 1 January 2019 with their municipal population of 2016, from the list of inter-municipal bodies
# that the State publishes under the Licence Ouverte.
METROPOLISES = Path(__file__).with_name("metropolises.csv")
LIST_OF_2019, YEAR_OF_POPULATION = "https://github.com/etalab/decoupage-administratif", 2016
OURS = "246700488"


@transaction.atomic
def add_metropolises() -> tuple[int, int]:
    """Adds the metropolises of 2019. Returns how many were added, and how many were there already: these stay."""
    there = set(City.objects.values_list("siren", flat=True))
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
            is_ours=row["siren"] == OURS and not has_ours,
        )
        for row in rows
        if row["siren"] not in there
    ]
    City.objects.bulk_create(added)
    return len(added), len(rows) - len(added)


@transaction.atomic
def record(
    *,
    city: City,
    criterion: Criterion,
    value: str,
    source_url: str,
    source_title: str,
    source_seen_on: date | None,
    by: "User",
    now: datetime,
    reason: str = "",
) -> Observation | None:
    """Records what `by` found, to be read by a second person, in the place of what waits for the same cell.

    Returns the finding; None where the last one of the cell says the same already. Raises `ValidationError` for what is
    no answer, has no source, or changes what is published without a reason.
    """
    cell = Observation.objects.select_for_update().filter(city=city, criterion=criterion, replaced_by=None)
    waiting, current = cell.waiting().first(), cell.filter(published_at__isnull=False).first()
    said = {
        **_parsed(criterion, value),
        "source_url": source_url.strip(),
        "source_title": source_title.strip(),
        "source_seen_on": source_seen_on,
    }
    found = Observation(city=city, criterion=criterion, reason=reason.strip(), **said)
    last = waiting or current
    if last and last.same_as(found) and (not waiting or waiting.reason == found.reason):
        return None
    require_source(found, now.date())
    if current and not found.reason:
        raise ValidationError({"reason": _("Say why the published finding changes: everyone reads it.")})
    if waiting:
        found.pk, found.recorded_at, found._state.adding = waiting.pk, waiting.recorded_at, False
    found.recorded_by = by
    found.full_clean(exclude=["city", "criterion"])
    found.save()
    return found


def require_source(observation: Observation, today: date) -> None:
    """Raises `ValidationError` unless the finding has an address and a day that is not to come.

    The database asks for them when it is published; who records has them before the eyes.
    """
    missing = {}
    if not observation.source_url:
        missing["source_url"] = _("Write the address of the source.")
    if not observation.source_seen_on:
        missing["source_seen_on"] = _("Write the day on which you saw it.")
    elif observation.source_seen_on > today:
        missing["source_seen_on"] = _("This day is to come: write the day on which you saw the source.")
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def publish(*, observation: Observation, reader: "User", now: datetime) -> None:
    """Publishes what `reader`, another person than its recorder, has read over; what it corrects is replaced by it.

    Raises `ObservationRefused`.
    """
    found = (
        Observation.objects.select_for_update(of=("self",)).select_related("criterion", "city").get(pk=observation.pk)
    )
    if not permissions.can_read_over(reader, found):
        raise ObservationRefused(_refusal(reader, found))
    found.published_at, found.second_reader = now, reader
    try:
        require_source(found, now.date())
        found.clean()
    except ValidationError as error:
        raise ObservationRefused(" ".join(error.messages)) from error
    Observation.objects.filter(
        city=found.city_id, criterion=found.criterion_id, published_at__isnull=False, replaced_by=None
    ).update(replaced_by=found)
    found.save(update_fields=["published_at", "second_reader"])
    observation.refresh_from_db()


def _parsed(criterion: Criterion, value: str) -> dict:
    try:
        return criterion.parsed(value)
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error


def _refusal(reader: "User", observation: Observation) -> str:
    name = {"finding": str(observation)}
    if observation.published_at:
        return _("“%(finding)s” is published already.") % name
    if observation.recorded_by_id == reader.pk:
        return _("You recorded “%(finding)s” yourself: another person reads it over and publishes it.") % name
    if observation.recorded_by_id is None:
        return _("Who recorded “%(finding)s” has no account any more: record it again.") % name
    return _("You may not publish findings.")
