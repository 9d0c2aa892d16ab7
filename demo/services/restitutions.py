"""Surveys of participants, and the report of each year with a programme."""

from typing import Any

from committee.models import WorkProgramme
from common.markdown import french
from common.templatetags.dates import short_day
from demo.clock import Clock, paris
from demo.content import Text, read
from indicators.models import Restitution, Survey, SurveyTally
from indicators.restitution.services import build

FIRST_YEAR = 2019


def load(clock: Clock) -> None:
    """Creates the closed survey of the year of the programme, the current one, and the published reports."""
    texts = read("restitutions")
    survey = add_survey(clock, clock.programme_year, begins=-150, ends=-30)
    SurveyTally.objects.bulk_create(
        SurveyTally(survey=survey, who=who, question=question, counts=counts)
        for who, questions in texts["answers"].items()
        for question, counts in questions.items()
    )
    add_survey(clock, clock.programme_year + 1, begins=-7, ends=80)
    for year in WorkProgramme.objects.values_list("year", flat=True):
        words = texts["introduction"] if year == FIRST_YEAR else texts["so_far"].format(day=short_day(clock.today))
        report = build(year=year, now=clock.now)
        event = presentation(texts["presentation"]) if year == FIRST_YEAR else {}
        rows = Restitution.objects.filter(pk=report.pk)
        rows.update(introduction=french(words), published_at=clock.now, **event)
        quotes = [one for one in texts["quotes"] if one["is_first_year"] == (year == FIRST_YEAR)]
        add_quotes(rows.get(), quotes)


def add_quotes(report: Restitution, quotes: list[Text]) -> None:
    """Adds the quotes of that year to the report."""
    report.quotes = [
        ("quote", {"text": french(one["text"]), "author": one["author"], "portrait": one["portrait"]}) for one in quotes
    ]
    report.save(update_fields=["quotes"])


def presentation(text: Text) -> dict[str, Any]:
    """Returns the fields of a report about its public presentation."""
    return {
        "event_starts_at": paris(text["day"], text["begins"]),
        "event_ends_at": paris(text["day"], text["ends"]),
        "event_place": french(text["place"]),
        "event_audience": french(text["audience"]),
    }


def add_survey(clock: Clock, year: int, *, begins: int, ends: int) -> Survey:
    return Survey.objects.create(year=year, opens_on=clock.day(begins), closes_on=clock.day(ends))
