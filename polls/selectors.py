"""The results of a poll, as its page shows them."""

from dataclasses import dataclass

from polls.models import Choice, Poll, Question


@dataclass(frozen=True)
class Share:
    """A choice, how often it was chosen, and its part of the answers in whole percents."""

    choice: Choice
    percent: int


@dataclass(frozen=True)
class Tally:
    """The answers to one question, the most chosen first."""

    question: Question
    total: int
    shares: list[Share]


def tallies(poll: Poll) -> list[Tally]:
    """Returns the tally of each question of `poll`, in two queries."""
    return [_tally(question) for question in poll.questions.prefetch_related("choices")]


def _tally(question: Question) -> Tally:
    choices = sorted(question.choices.all(), key=lambda choice: (-choice.votes, choice.pk))
    total = sum(choice.votes for choice in choices)
    shares = [Share(choice, round(100 * choice.votes / total) if total else 0) for choice in choices]
    return Tally(question, total, shares)
