"""Comparison of metropolises: real figures with sources, recorded and verified by two people of the team."""

import csv
from datetime import timedelta
from functools import partial
from typing import Any

from accounts.models import User
from committee.models import TopicPage
from common.markdown import french
from common.shown import BY_PROGRAM
from common.urls import absolute_url
from demo.clock import Clock
from demo.content import FOLDER, french_lines, read
from veille.benchmark.services import ObservationInput, add_metropolises, publish, record
from veille.models import City, Criterion

# Accounts that record, and that verify.
RECORDER, READER = "redaction", "animation"
DAYS_TO_READ = 3


def load(clock: Clock, accounts: dict[str, User], topics: dict[str, TopicPage]) -> None:
    """Publishes criteria, observations of each metropolis and a correction; leaves an observation to review."""
    add_metropolises()
    texts = read("benchmark")
    cities = {city.siren: city for city in City.objects.all()}
    by_name = {city.name: city for city in cities.values()}
    with (FOLDER / "metropolises.csv").open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file, delimiter=";"))
    for rank, text in enumerate(texts["criteria"], start=1):
        criterion = Criterion.objects.create(
            slug=text["slug"],
            question=french(text["question"]),
            definition=french_lines(text["definition"]),
            look_for=french(text.get("look_for", "")),
            kind=text["kind"],
            unit=text.get("unit", ""),
            topic=topics.get(text.get("topic", "")),
            is_background=text.get("background", False),
            order=10 * rank,
            published_at=clock.ago(text["days_ago"] - DAYS_TO_READ),
        )
        source = texts["sources"].get(text.get("source"))
        found = {row["siren"]: row.get(text["slug"]) for row in figures}
        found |= {siren: value for value, sirens in text.get("answers", {}).items() for siren in sirens}
        for siren, value in found.items():
            if value:
                _enter(clock, accounts, text, criterion, cities[siren], value, source)
        for cell in text.get("cells", []):
            own = topics.get(cell.get("topic", ""))
            source = page_source(own) if own else texts["sources"][cell["source"]]
            _enter(clock, accounts, text, criterion, by_name[cell["city"]], cell["value"], source)


def page_source(topic: TopicPage) -> dict[str, str]:
    """Returns the page of `topic` as a source: the committee publishes its own observations there."""
    return {"url": absolute_url(topic.url), "title": f"Sujet « {topic.title} »"}


def _enter(
    clock: Clock,
    accounts: dict[str, User],
    text: dict[str, Any],
    criterion: Criterion,
    city: City,
    value: str,
    source: dict[str, str],
) -> None:
    seen = clock.ago(text["days_ago"])
    make_input = partial(
        ObservationInput,
        city=city,
        criterion=criterion,
        source_url=source["url"],
        source_title=french(source["title"]),
        source_seen_on=seen.date(),
    )
    by, reason, read_over = accounts[RECORDER], "", seen + timedelta(days=DAYS_TO_READ)
    if first := text.get("first", {}).get(city.siren):
        wrong = record(make_input(value=first), by=by, now=seen)
        if wrong:
            publish(observation=wrong, reader=accounts[READER], now=read_over, shown=BY_PROGRAM)
        reason, read_over = french(text["reason"]), read_over + timedelta(days=20)
    made = record(make_input(value=value, reason=reason), by=by, now=seen)
    if made and city.siren not in text.get("waiting", ()):
        publish(observation=made, reader=accounts[READER], now=read_over, shown=BY_PROGRAM)
