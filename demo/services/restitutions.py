"""Surveys of who takes part, and the report of 2019."""

from datetime import date

from common.markdown import french
from demo.clock import Clock
from demo.content import read
from indicators.models import Restitution, Survey, SurveyTally
from indicators.restitution.services import build


def load(clock: Clock) -> None:
    """Creates the survey of last year, which is over, the one of this year, and the published report of 2019."""
    texts = read("restitutions")
    survey = add_survey(clock.today.year - 1)
    SurveyTally.objects.bulk_create(
        SurveyTally(survey=survey, who=who, question=question, counts=counts)
        for who, questions in texts["answers"].items()
        for question, counts in questions.items()
    )
    add_survey(clock.today.year)
    report = build(year=2019, now=clock.now)
    Restitution.objects.filter(pk=report.pk).update(introduction=french(texts["introduction"]), published_at=clock.now)


def add_survey(year: int) -> Survey:
    return Survey.objects.create(year=year, opens_on=date(year, 1, 1), closes_on=date(year, 12, 31))
