"""Results of surveys that are over. Their page, their file, the open data and the report of a year all read these.

The answers are shown by group or whole (`common.suppression.shows_groups`): never both, and the size of a group stands
nowhere where they are whole. So the question that makes the groups has no figures then, and no number is given of one
outing: who knows where each group was met would read its size there. A sheet on which that question is blank is of no
group: where answers are shown by group, its others are not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from common.suppression import MIN_COUNT, GroupAnswers, shows_groups
from fieldwork.models import Outing, SurveyPage
from fieldwork.surveys.queries.coding import CodeCount, code_counts
from polls.models import Choice, Participation, Poll, Question, SecretTexts
from polls.queries.results import ChoiceResult, Tally, tallies_by_group, tallies_of


class Shown(StrEnum):
    """How the answers to a survey are shown."""

    WHOLE = "whole"
    BY_GROUP = "by-group"
    # There are groups, and one of them has few people somewhere.
    GROUPS_HIDDEN = "groups-hidden"
    # Fewer than `MIN_COUNT` people answered.
    NOTHING = "nothing"


@dataclass(frozen=True)
class Part:
    """The answers of one group to a question, or of everybody where `group` is None."""

    tally: Tally
    group: Choice | None = None

    @property
    def lines(self) -> list[ChoiceResult]:
        """The choices, the best first; in the order of the form where a reader compares groups."""
        return sorted(self.tally.lines, key=lambda line: line.choice.pk) if self.group else self.tally.lines


@dataclass(frozen=True)
class Result:
    """The answers to a question: parts, or for a free text the codes, which are None while texts are to be read.

    The question that makes the groups has no part where the groups are hidden. `without_answer`: the people who wrote
    no text.
    """

    question: Question
    parts: Sequence[Part] = ()
    codes: Sequence[CodeCount] | None = None
    without_answer: int = 0

    @property
    def said(self) -> list[CodeCount]:
        """The codes that have a sentence."""
        return [count for count in self.codes or () if count.code.sentence]


@dataclass(frozen=True)
class Fieldwork:
    """What was done: the outings, how many of them were counted, how many people were asked and refused in these."""

    outings: Sequence[Outing]
    counted: int
    asked: int
    refusals: int

    @property
    def is_all_counted(self) -> bool:
        return self.counted == len(self.outings)


@dataclass(frozen=True)
class Results:
    """All that is shown of the answers to a survey, and of how they came. `people` is None where they are few."""

    survey: SurveyPage
    shown: Shown
    people: int | None
    fieldwork: Fieldwork
    questions: Sequence[Result] = ()


def results_of(surveys: Sequence[SurveyPage], now: datetime) -> list[Results]:
    """Returns the results of those of `surveys` that are over at `now`, in order, in a fixed number of queries."""
    over = [survey for survey in surveys if survey.poll.is_over(now)]
    polls = [survey.poll for survey in over]
    tallies = {tally.question.pk: tally for tally in tallies_of(polls)}
    by_group = tallies_by_group(polls)
    answered = _people(polls)
    outings = defaultdict(list)
    for outing in Outing.objects.filter(survey__in=over):
        outings[outing.survey_id].append(outing)
    questions = defaultdict(list)
    for question in Question.objects.filter(poll__in=polls):
        questions[question.poll_id].append(question)
    codes = code_counts([one for asked in questions.values() for one in asked if one.is_text])
    written = dict(SecretTexts.objects.filter(question__poll__in=polls).values_list("question", "texts"))
    found = []
    for survey in over:
        people, done = answered.get(survey.poll_id, 0), _fieldwork(outings[survey.pk])
        if people < MIN_COUNT:
            found.append(Results(survey, Shown.NOTHING, None, done))
            continue
        groups = by_group.get(survey.poll_id, {})
        shown = _shown(groups)
        results = [
            Result(question, codes=codes.get(question.pk), without_answer=people - len(written.get(question.pk, ())))
            if question.is_text
            else Result(question, _parts(question, shown, tallies[question.pk], groups))
            for question in questions[survey.poll_id]
        ]
        found.append(Results(survey, shown, people, done, results))
    return found


def _people(polls: Sequence[Poll]) -> dict[int, int]:
    rows = Participation.objects.filter(poll__in=polls).values_list("poll")
    return dict(rows.annotate(number=Count("pk")).order_by())


def _shown(groups: Mapping[Choice, Mapping[int, Tally]]) -> Shown:
    """Says how a survey is shown, of which `groups` has the tallies of each group by question."""
    if not groups:
        return Shown.WHOLE
    tallies = [tally for of_group in groups.values() for tally in of_group.values()]
    # Places and points say more of a few people than how many named a choice.
    if any(tally.question.is_weighed for tally in tallies):
        return Shown.GROUPS_HIDDEN
    return Shown.BY_GROUP if shows_groups(map(_cells, tallies)) else Shown.GROUPS_HIDDEN


def _cells(tally: Tally) -> GroupAnswers:
    named = tuple(line.people for line in tally.lines)
    return GroupAnswers(tally.people + tally.without_answer, tally.people, named)


def _parts(
    question: Question, shown: Shown, whole: Tally, groups: Mapping[Choice, Mapping[int, Tally]]
) -> Sequence[Part]:
    if shown == Shown.GROUPS_HIDDEN and question.makes_groups:
        return []
    if shown != Shown.BY_GROUP or question.makes_groups:
        return [Part(whole)]
    found = [Part(tallies[question.pk], group) for group, tallies in groups.items()]
    # A group in which nobody is has nothing to show.
    return [part for part in found if part.tally.people + part.tally.without_answer]


def _fieldwork(outings: Sequence[Outing]) -> Fieldwork:
    outings = [outing for outing in outings if not outing.is_cancelled]
    counted = [outing for outing in outings if outing.is_closed]
    return Fieldwork(
        outings=outings,
        counted=len(counted),
        asked=sum(outing.people_asked or 0 for outing in counted),
        refusals=sum(outing.refusals or 0 for outing in counted),
    )
