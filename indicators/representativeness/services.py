"""Answering the survey of a year, and reading what may be published of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import User
from committee.permissions import sitting_member
from indicators.models import Survey, SurveyAnswered, SurveyTally
from indicators.representativeness.queries.population import QUESTIONS, Group, Question
from indicators.representativeness.queries.suppression import publishable

Who = SurveyTally.Who


class SurveyClosed(Exception):
    """The survey has not opened, or it is over."""


class AlreadyAnswered(Exception):
    """This account has answered: an answer that nothing ties to a person cannot be changed."""


@dataclass(frozen=True)
class Line:
    """An answer beside the population: `people` and `percent` are None where the count is hidden."""

    group: Group
    people: int | None
    percent: int | None


@dataclass(frozen=True)
class Table:
    """The answers of one group of people to one question; without `lines` they were too few to be shown."""

    question: Question
    total: int | None
    lines: list[Line]


@transaction.atomic
def answer_survey(*, survey: Survey, user: User, answers: Mapping[str, str], today: date) -> None:
    """Counts the answers of `user`: {key of a question: key of a group}, one for each question.

    A member who sits on `today` counts among the members, anyone else among the participants. Raises `SurveyClosed`,
    `AlreadyAnswered`, or `ValueError` for answers that are not those of the questions; then nothing is counted.
    """
    if not survey.opens_on <= today <= survey.closes_on:
        raise SurveyClosed
    if any(answers.get(question.key) not in question.keys for question in QUESTIONS):
        raise ValueError("One answer of its groups for each question.")
    try:
        with transaction.atomic():
            SurveyAnswered.objects.create(survey=survey, user=user)
    except IntegrityError as error:
        raise AlreadyAnswered from error
    who = Who.MEMBERS if sitting_member(user, today) else Who.PARTICIPANTS
    # Always in this order: two people who answer at once wait for each other, and never in a circle.
    for question in QUESTIONS:
        tally, _created = SurveyTally.objects.select_for_update().get_or_create(
            survey=survey, who=who, question=question.key
        )
        group = answers[question.key]
        tally.counts = dict(sorted({**tally.counts, group: tally.counts.get(group, 0) + 1}.items()))
        tally.save(update_fields=["counts"])


def has_answered(user: User, survey: Survey) -> bool:
    return survey.answered.filter(user=user).exists()


def tables_of(survey: Survey) -> dict[Who, list[Table]]:
    """Returns what may be published of `survey`, which is over, for members and for participants. One query."""
    found = {(tally.who, tally.question): tally.counts for tally in survey.tallies.all()}
    return {who: [_table(question, found.get((who, question.key), {})) for question in QUESTIONS] for who in Who}


def _table(question: Question, counts: Mapping[str, int]) -> Table:
    whole = {key: counts.get(key, 0) for key in question.keys}
    total = sum(whole.values())
    shown = publishable(whole) if total else None
    if shown is None:
        return Table(question, None, [])
    lines = []
    for group in question.groups:
        people = shown[group.key]
        lines.append(Line(group, people, None if people is None else round(100 * people / total)))
    return Table(question, total, lines)
