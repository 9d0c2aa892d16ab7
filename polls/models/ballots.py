"""Answers of a ballot: validation, text format and counting.

An answer gives an integer to each choice that it names: 1 for a tick, its rank (1 is the preferred choice), or its
points. Its text format is `12=1,15=2`, sorted by choice id, so that equal answers have equal texts. An optional
question without an answer, or one left blank on paper, is the empty text, and counted as such. A free-text answer is
stored as it is.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from common.sanitising import clean_text
from polls.errors import InvalidAnswer
from polls.models.polls import MAX_TEXT, Question

Answer: TypeAlias = Mapping[int, int]
# Answer to a question: `{choice id: number}`, or a text.
Said: TypeAlias = Answer | str
NO_ANSWER = ""
# Separator between group and answer, where a question makes groups; neither contains it.
GROUP_MARK = "|"


def write(answer: Said) -> str:
    """Returns the canonical text of `answer` ({choice id: number}, or a text)."""
    if isinstance(answer, str):
        return clean_text(answer).strip()
    return ",".join(f"{choice}={number}" for choice, number in sorted(answer.items()))


def read(text: str) -> dict[int, int]:
    """Parses the text of `write` for an answer with choices."""
    pairs = (pair.split("=") for pair in text.split(",") if pair)
    return {int(choice): int(number) for choice, number in pairs}


def in_group(group: str, text: str) -> str:
    """Returns the key of the answer `text` in counts by group; both arguments are in text format."""
    return f"{group}{GROUP_MARK}{text}"


def without_groups(counts: Mapping[str, int]) -> dict[str, int]:
    """Returns the number of people per answer, all groups together."""
    whole: Counter[str] = Counter()
    for text, people in counts.items():
        whole[text.rpartition(GROUP_MARK)[2]] += people
    return dict(whole)


def of_group(counts: Mapping[str, int], group: str) -> dict[str, int]:
    """Returns the number of people of `group` per answer."""
    mark = in_group(group, "")
    return {text.removeprefix(mark): people for text, people in counts.items() if text.startswith(mark)}


def check(question: Question, answer: Said, *, choices: Collection[int], takes_blank: bool = False) -> None:
    """Raises `InvalidAnswer` unless `answer` is valid for `question`, whose choices have the ids `choices`.

    With `takes_blank`, a required question may be blank, as on paper.
    """
    if isinstance(answer, str) != question.is_text:
        raise InvalidAnswer
    if (question.is_optional or takes_blank) and write(answer) == NO_ANSWER:
        return
    if isinstance(answer, str):
        if not 0 < len(write(answer)) <= MAX_TEXT:
            raise InvalidAnswer
        return
    numbers = sorted(answer.values())
    if not answer or not set(answer) <= set(choices):
        raise InvalidAnswer
    if len(answer) > most_choices(question, len(choices)):
        raise InvalidAnswer
    match question.kind:
        case Question.Kind.SINGLE | Question.Kind.MULTIPLE:
            valid = set(numbers) == {1}
        case Question.Kind.RANKED:
            valid = numbers == list(range(1, len(numbers) + 1))
        case Question.Kind.POINTS:
            valid = numbers[0] > 0 and sum(numbers) == question.points
        case _:
            valid = False
    if not valid:
        raise InvalidAnswer


def most_choices(question: Question, existing: int) -> int:
    """Returns the largest number of choices, out of `existing`, that one answer may name."""
    if question.kind == Question.Kind.SINGLE:
        return 1
    if question.kind == Question.Kind.POINTS:
        return existing
    return min(question.max_choices or existing, existing)


@dataclass
class ChoiceCount:
    """Count of a choice: number of people who named it, who ranked it first, and its score.

    The score is the number of people for ticks, the sum for points, and the Borda count for rankings: with 5 choices, a
    first place gives 5 and a last place 1 (Jean-Charles de Borda, 1784).
    """

    people: int = 0
    first: int = 0
    score: int = 0


def add_up(question: Question, choices: Collection[int], given: Mapping[str, int]) -> dict[int, ChoiceCount]:
    """Returns the count of each choice. `given` maps answers, in text format, to numbers of people."""
    counts = {choice: ChoiceCount() for choice in choices}
    for text, people in given.items():
        for choice, number in read(text).items():
            count = counts[choice]
            count.people += people
            match question.kind:
                case Question.Kind.RANKED:
                    count.first += people * (number == 1)
                    count.score += people * (len(choices) + 1 - number)
                case _:
                    count.score += people * number
    return counts
