"""Results of closed surveys, used by their page, their file, the open data and the annual report.

Answers are shown either by group or as a whole (`common.suppression.shows_groups`), never both; as a whole, no figure
reveals the size of a group. The question that makes the groups therefore has no figures then, and no number is given
for a single outing: with knowledge of where each group was met, it would reveal its size. A sheet with that question
left blank belongs to no group: if answers are shown by group, its other answers are left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from common.suppression import MIN_COUNT, GroupAnswers, shows_groups
from fieldwork.models import Outing, Sheet, SurveyPage
from fieldwork.surveys.queries.coding import CodeCount, code_counts, people_coded
from polls.kinds import ChoiceResult, kind_of
from polls.models import Choice, Participation, Poll, Question
from polls.queries.results import Tally, tallies_by_group, tallies_of


class Shown(StrEnum):
    """Presentation of the answers to a survey."""

    WHOLE = "whole"
    BY_GROUP = "by-group"
    # There are groups, and at least one count of a group is small.
    GROUPS_HIDDEN = "groups-hidden"
    # Fewer than `MIN_COUNT` people answered.
    NOTHING = "nothing"


@dataclass(frozen=True)
class GroupTally:
    """Answers of one group to a question, or of all people if `group` is None."""

    tally: Tally
    group: Choice | None = None

    @property
    def lines(self) -> list[ChoiceResult]:
        """Choices, most chosen first; in the order of the form for groups, so that they can be compared."""
        return sorted(self.tally.lines, key=lambda line: line.choice.pk) if self.group else self.tally.lines


@dataclass(frozen=True)
class Result:
    """Answers to a question: parts, or codes of a free text (None while texts are uncoded).

    The question that makes the groups has no part if groups are hidden. `without_answer` is the number of people who
    wrote no text, once all texts are coded.
    """

    question: Question
    parts: Sequence[GroupTally] = ()
    codes: Sequence[CodeCount] | None = None
    without_answer: int = 0

    @property
    def codes_with_sentence(self) -> list[CodeCount]:
        """Codes with a sentence."""
        return [count for count in self.codes or () if count.code.sentence]


@dataclass(frozen=True)
class Fieldwork:
    """Work done: outings, number of those counted, their numbers of people asked and of refusals; void sheets."""

    outings: Sequence[Outing]
    counted: int
    asked: int
    refusals: int
    void_sheets: int

    @property
    def is_all_counted(self) -> bool:
        return self.counted == len(self.outings)


@dataclass(frozen=True)
class Results:
    """Published results of a survey, with the field work behind them. `people` is None if it is small."""

    survey: SurveyPage
    shown: Shown
    people: int | None
    fieldwork: Fieldwork
    questions: Sequence[Result] = ()


def results_of(surveys: Sequence[SurveyPage], now: datetime) -> list[Results]:
    """Returns the results of the closed surveys among `surveys`, in order. Fixed number of queries."""
    over = [survey for survey in surveys if survey.poll.is_over(now)]
    polls = [survey.poll for survey in over]
    tallies = {tally.question.pk: tally for tally in tallies_of(polls)}
    by_group = tallies_by_group(polls)
    people_by_poll = _people(polls)
    outings = defaultdict(list)
    for outing in Outing.objects.filter(survey__in=[survey.pk for survey in over]):
        outings[outing.survey_id].append(outing)
    void_sheets = _void_sheets(over)
    questions = defaultdict(list)
    for question in Question.objects.filter(poll__in=polls):
        questions[question.poll_id].append(question)
    text_questions = [
        question for poll_questions in questions.values() for question in poll_questions if kind_of(question).is_text
    ]
    codes, people_with_text = code_counts(text_questions), people_coded(text_questions)
    results = []
    for survey in over:
        people = people_by_poll.get(survey.poll_id, 0)
        fieldwork = _fieldwork(outings[survey.pk], void_sheets.get(survey.pk, 0))
        if people < MIN_COUNT:
            results.append(Results(survey, Shown.NOTHING, None, fieldwork))
            continue
        groups = by_group.get(survey.poll_id, {})
        presentation = _presentation(groups)
        question_results = [
            Result(
                question,
                codes=codes.get(question.pk),
                without_answer=people - people_with_text[question.pk],
            )
            if kind_of(question).is_text
            else Result(question, _parts(question, presentation, tallies[question.pk], groups))
            for question in questions[survey.poll_id]
        ]
        results.append(Results(survey, presentation, people, fieldwork, question_results))
    return results


def _people(polls: Sequence[Poll]) -> dict[int, int]:
    rows = Participation.objects.filter(poll__in=polls).values_list("poll")
    return dict(rows.annotate(number=Count("pk")).order_by())


def _void_sheets(surveys: Sequence[SurveyPage]) -> dict[int, int]:
    rows = Sheet.objects.filter(survey__in=[survey.pk for survey in surveys], is_void=True).values_list("survey")
    return dict(rows.annotate(number=Count("pk")).order_by())


def _presentation(groups: Mapping[Choice, Mapping[int, Tally]]) -> Shown:
    """Returns the presentation of a survey; `groups` are the tallies of each group by question."""
    if not groups:
        return Shown.WHOLE
    tallies = [tally for of_group in groups.values() for tally in of_group.values()]
    # Ranks and points identify a small group more than counts of choices.
    if any(tally.kind.is_weighed for tally in tallies):
        return Shown.GROUPS_HIDDEN
    return Shown.BY_GROUP if shows_groups(map(_cells, tallies)) else Shown.GROUPS_HIDDEN


def _cells(tally: Tally) -> GroupAnswers:
    counts = tuple(line.people for line in tally.lines)
    return GroupAnswers(tally.people + tally.without_answer, tally.people, counts)


def _parts(
    question: Question, presentation: Shown, tally: Tally, groups: Mapping[Choice, Mapping[int, Tally]]
) -> Sequence[GroupTally]:
    if presentation == Shown.GROUPS_HIDDEN and question.makes_groups:
        return []
    if presentation != Shown.BY_GROUP or question.makes_groups:
        return [GroupTally(tally)]
    parts = [GroupTally(tallies[question.pk], group) for group, tallies in groups.items()]
    # Empty groups are left out.
    return [part for part in parts if part.tally.people + part.tally.without_answer]


def _fieldwork(outings: Sequence[Outing], void_sheets: int) -> Fieldwork:
    outings = [outing for outing in outings if not outing.is_cancelled]
    counted = [outing for outing in outings if outing.is_closed]
    return Fieldwork(
        outings=outings,
        counted=len(counted),
        asked=sum(outing.people_asked or 0 for outing in counted),
        refusals=sum(outing.refusals or 0 for outing in counted),
        void_sheets=void_sheets,
    )
