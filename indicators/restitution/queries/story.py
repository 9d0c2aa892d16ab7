"""Content of the annual report: requests, decisions, deliverables, and what is still missing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from committee.models import SessionExpert, SessionPage
from common.charts.over_time import Calendar
from common.charts.states import Stack
from indicators.hooks import Period
from indicators.models import Restitution
from indicators.restitution.queries import charts, names, standings
from indicators.restitution.queries.figures import (
    STANDING,
    Figure,
    figures_of,
    headlines,
    missing_sentence,
    zeros_of,
)
from indicators.restitution.queries.shortfalls import Shortfall, shortfalls_of


@dataclass(frozen=True)
class Story:
    """Content of the page of a year. Figures and charts are those stored, names those of the day of reading."""

    headlines: list[Figure]
    indicators: list[Figure]
    figures: list[Figure]
    zeros: list[str]
    missing: str
    calendar: Calendar
    hearings: list[tuple[SessionPage, list[SessionExpert]]]
    proposals_chart: Stack
    proposals: names.Names
    priorities: list[names.Name]
    decisions: names.Decisions
    expected: Stack
    delivered: names.Names
    shortfalls: list[Shortfall]
    not_delivered: names.Names
    not_taken_up: names.Names

    @property
    def is_all_done(self) -> bool:
        """True if something was expected, and all of it was dealt with, and nothing is late, missing or not noted."""
        was_expected = not (self.proposals_chart.is_empty and self.expected.is_empty)
        return was_expected and not (self.shortfalls or self.not_delivered.rows or self.not_taken_up.rows)


def story_of(restitution: Restitution, now: datetime) -> Story:
    """Returns the content of the report with what is public at `now`. As many queries, whatever the year contains."""
    year, topics, figures = Period.of_year(restitution.year), names.PublicTopics(), figures_of(restitution.figures)
    measured_at = restitution.built_at if restitution.built_at and standings.are_measured(figures) else now
    day = timezone.localdate(measured_at)
    counts = standings.counts_of(figures, year, day)
    deliverables = names.deliverables_of(year, topics)
    return Story(
        headlines=headlines(figures),
        indicators=[figure for figure in figures if figure.slug],
        figures=[figure for figure in figures if not figure.slug and not figure.key.startswith(STANDING)],
        zeros=zeros_of(figures),
        missing=missing_sentence(figures),
        calendar=charts.calendar(year, names.sessions_of(year, topics), day),
        hearings=names.hearings_of(year, now),
        proposals_chart=charts.proposals_chart(year, counts[standings.PROPOSALS], day),
        proposals=names.proposals_of(year, topics, counts[standings.PROPOSALS]),
        priorities=names.priorities_of(year, topics),
        decisions=names.decisions_of(year, topics),
        expected=charts.deliverables_chart(year, counts[standings.DELIVERABLES], day),
        delivered=names.delivered(deliverables, topics),
        shortfalls=shortfalls_of(year, measured_at, figures),
        not_delivered=names.not_delivered(deliverables, topics, day),
        not_taken_up=names.proposals_left(year, topics),
    )
