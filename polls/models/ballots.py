"""Answers of a ballot: what they may be, how they are written down and added up.

An answer gives a whole number to each choice that it names: 1 for a choice ticked, its rank (1 is the preferred one),
or its points. It is written `12=1,15=2`: choices by number, so that two people who say the same write the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from polls.errors import InvalidAnswer
from polls.models.polls import Question

Answer = Mapping[int, int]


def write(answer: Answer) -> str:
    """Returns the one way to write `answer` ({choice id: number})."""
    return ",".join(f"{choice}={number}" for choice, number in sorted(answer.items()))


def read(text: str) -> dict[int, int]:
    """Returns the answer that `write` wrote."""
    pairs = (pair.split("=") for pair in text.split(","))
    return {int(choice): int(number) for choice, number in pairs}


def check(question: Question, answer: Answer, *, choices: Collection[int]) -> None:
    """Raises `InvalidAnswer` unless `answer` is one to `question`, whose choices have the ids `choices`."""
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
    """Returns how many of `existing` choices one answer may name."""
    if question.kind == Question.Kind.SINGLE:
        return 1
    if question.kind == Question.Kind.POINTS:
        return existing
    return min(question.max_choices or existing, existing)


@dataclass
class ChoiceCount:
    """Count of a choice: the people who named it, those who named it first, and its score.

    The score is the number of people for ticks, the points for points, and for an order of preference the points of its
    places: with 5 choices, a first place gives 5 and a last place 1 (the count of Jean-Charles de Borda, 1784).
    """

    people: int = 0
    first: int = 0
    score: int = 0


def add_up(question: Question, choices: Collection[int], given: Mapping[str, int]) -> dict[int, ChoiceCount]:
    """Returns the count of each choice. `given` has the answers, as written, and how many people gave each."""
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
