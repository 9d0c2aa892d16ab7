"""Answers in words, for a receipt or to check a paper sheet."""

from django.utils.translation import gettext

from polls.models import Question
from polls.models.ballots import Said


def answer_words(question: Question, answer: Said) -> list[str]:
    """Returns the chosen choices in words, by rank, with their points; or the text. Empty without an answer."""
    if isinstance(answer, str):
        return [answer] if answer else []
    chosen = [(answer[choice.pk], choice.text) for choice in question.choices.all() if choice.pk in answer]
    match question.kind:
        case Question.Kind.RANKED:
            return [f"{place}. {text}" for place, text in sorted(chosen)]
        case Question.Kind.POINTS:
            return [gettext("%(text)s: %(points)d") % {"text": text, "points": points} for points, text in chosen]
        case _:
            return [text for _number, text in chosen]
