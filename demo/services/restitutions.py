"""Who takes part, beside the population, and the report of 2019."""

from datetime import date

from common.markdown import french
from demo.clock import Clock
from indicators.models import Restitution, Survey, SurveyTally
from indicators.restitution.services import build

Who = SurveyTally.Who
# The answers of last year, by question: one of the groups of the members is too small to be shown.
ANSWERS = {
    Who.MEMBERS: {
        "commune": {"strasbourg": 9, "autre": 3},
        "age": {"25-59": 6, "60": 5, "0-24": 1},
        "genre": {"femme": 6, "homme": 6},
    },
    Who.PARTICIPANTS: {
        "commune": {"strasbourg": 141, "autre": 52, "ailleurs": 6, "non-dit": 9},
        "age": {"0-24": 24, "25-59": 103, "60": 70, "non-dit": 11},
        "genre": {"femme": 109, "homme": 86, "autre": 2, "non-dit": 11},
    },
}
INTRODUCTION = """
    En 2019, le comité s’est réuni huit fois. Il a choisi trois sujets parmi dix, et il a dit ce qu’il en pensait.
"""


def load(clock: Clock) -> None:
    """Creates the survey of last year, which is over, the one of this year, and the published report of 2019."""
    survey = add_survey(clock.today.year - 1)
    SurveyTally.objects.bulk_create(
        SurveyTally(survey=survey, who=who, question=question, counts=counts)
        for who, questions in ANSWERS.items()
        for question, counts in questions.items()
    )
    add_survey(clock.today.year)
    report = build(year=2019, now=clock.now)
    Restitution.objects.filter(pk=report.pk).update(
        introduction=french(" ".join(INTRODUCTION.split())), published_at=clock.now
    )


def add_survey(year: int) -> Survey:
    return Survey.objects.create(year=year, opens_on=date(year, 1, 1), closes_on=date(year, 12, 31))
