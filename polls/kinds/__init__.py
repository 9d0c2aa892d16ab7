"""Kinds of questions: one class each, with the rules, form fields, words and results of its answers."""

from polls.kinds.base import ChoiceCount, ChoiceResult, QuestionKind
from polls.kinds.multiple import Multiple
from polls.kinds.points import Points
from polls.kinds.ranked import Ranked
from polls.kinds.single import Single
from polls.kinds.text import Text
from polls.models import Question

__all__ = ["KINDS", "TEXT_KINDS", "ChoiceCount", "ChoiceResult", "QuestionKind", "kind_of"]

# Classes by the value of `Question.kind`.
KINDS: dict[str, type[QuestionKind]] = {kind.value: kind for kind in (Single, Multiple, Ranked, Points, Text)}
TEXT_KINDS = [value for value, kind in KINDS.items() if kind.is_text]


def kind_of(question: Question) -> QuestionKind:
    """Returns `question` as its kind."""
    return KINDS[question.kind](question)
