"""Publishable answers to the survey, beside the population."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.hooks import AccountLink
from accounts.models import User
from common.suppression import publishable
from indicators.models import Survey, SurveyTally
from indicators.representativeness.queries.population import QUESTIONS, Group, Question

Who = SurveyTally.Who


@dataclass(frozen=True)
class AnswerShare:
    """Answer beside the population; `people` and `percent` are None if the count is hidden."""

    group: Group
    people: int | None
    percent: int | None


@dataclass(frozen=True)
class AnswerTable:
    """Answers of one group to one question; `lines` is empty if they are too few to be shown."""

    question: Question
    total: int | None
    lines: list[AnswerShare]


def has_answered(user: User, survey: Survey) -> bool:
    return survey.answered.filter(user=user).exists()


def tables_of(survey: Survey) -> dict[Who, list[AnswerTable]]:
    """Returns the publishable tables of the closed `survey`, for members and participants. One query."""
    counts = {(tally.who, tally.question): tally.counts for tally in survey.tallies.all()}
    return {who: [_table(question, counts.get((who, question.key), {})) for question in QUESTIONS] for who in Who}


def _table(question: Question, counts: Mapping[str, int]) -> AnswerTable:
    all_counts = {key: counts.get(key, 0) for key in question.keys}
    total = sum(all_counts.values())
    published = publishable(all_counts) if total else None
    if published is None:
        return AnswerTable(question, None, [])
    lines = []
    for group in question.groups:
        count = published[group.key]
        lines.append(AnswerShare(group, count, None if count is None else round(100 * count / total)))
    return AnswerTable(question, total, lines)


def survey_link(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the open survey for the account page, unless the user has answered it."""
    survey = Survey.objects.open(timezone.localdate()).first()
    if survey is None or has_answered(cast(User, request.user), survey):
        return []
    hint = gettext("They are voluntary, and nothing ties the answers to you.")
    label = gettext("Three questions about you")
    return [AccountLink(order=60, label=label, url=reverse("indicators:survey"), hint=hint)]
