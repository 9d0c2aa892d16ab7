"""Service that records the answers to the survey of a year."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import User
from committee.permissions import sitting_member
from indicators.errors import SurveyAlreadyAnswered, SurveyClosed
from indicators.models import Survey, SurveyAnswered, SurveyTally
from indicators.representativeness.queries.communes import COMMUNES_TALLY
from indicators.representativeness.queries.population import QUESTIONS
from indicators.representativeness.queries.tables import Who


@transaction.atomic
def answer_survey(*, survey: Survey, user: User, answers: Mapping[str, str], today: date) -> None:
    """Counts the answers of `user`, a dictionary {question key: group key} with one entry per question.

    Current members on `today` count as members, others as participants; the commune of a participant's account, if
    any, is counted too, for the map. Raises `SurveyClosed`, `SurveyAlreadyAnswered`, or `ValueError` for answers that
    do not match the questions; nothing is counted then.
    """
    if not survey.opens_on <= today <= survey.closes_on:
        raise SurveyClosed
    if any(answers.get(question.key) not in question.keys for question in QUESTIONS):
        raise ValueError("One answer of its groups for each question.")
    try:
        with transaction.atomic():
            SurveyAnswered.objects.create(survey=survey, user=user)
    except IntegrityError as error:
        raise SurveyAlreadyAnswered from error
    who = Who.MEMBERS if sitting_member(user, today) else Who.PARTICIPANTS
    # Fixed order, so that concurrent answers cannot deadlock on the row locks.
    for question in QUESTIONS:
        _count(survey, who, question.key, answers[question.key])
    if user.commune and who == Who.PARTICIPANTS:
        _count(survey, who, COMMUNES_TALLY, user.commune)


def _count(survey: Survey, who: Who, question: str, group: str) -> None:
    tally, _created = SurveyTally.objects.select_for_update().get_or_create(survey=survey, who=who, question=question)
    tally.counts = dict(sorted({**tally.counts, group: tally.counts.get(group, 0) + 1}.items()))
    tally.save(update_fields=["counts"])
