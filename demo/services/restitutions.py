"""Surveys of who takes part, and the report of each year that has a programme."""

from committee.models import WorkProgramme
from common.markdown import french
from common.templatetags.dates import short_day
from demo.clock import Clock
from demo.content import read
from indicators.models import Restitution, Survey, SurveyTally
from indicators.restitution.services import build

FIRST_YEAR = 2019


def load(clock: Clock) -> None:
    """Creates the survey of the year of the programme, which is over, the one that runs, and the published reports."""
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
        Restitution.objects.filter(pk=report.pk).update(introduction=french(words), published_at=clock.now)


def add_survey(clock: Clock, year: int, *, begins: int, ends: int) -> Survey:
    return Survey.objects.create(year=year, opens_on=clock.day(begins), closes_on=clock.day(ends))
