"""Form of a poll: one field per question, or one per choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext

from polls.errors import InvalidAnswer
from polls.kinds import QuestionKind, kind_of
from polls.models import Poll, Question
from polls.models.ballots import AnswerValue


@dataclass(frozen=True)
class QuestionFields:
    """Question with its fields, as displayed."""

    kind: QuestionKind
    fields: list[BoundField]
    errors: list[str]
    # Checkbox “No answer”, if the form has one.
    blank: BoundField | None = None

    @property
    def question(self) -> Question:
        return self.kind.question

    @property
    def field(self) -> BoundField | None:
        """The only field, or None if each choice has its own."""
        return None if self.kind.has_field_per_choice else self.fields[0]

    @property
    def hint(self) -> str:
        return self.kind.hint

    @property
    def id(self) -> str:
        return self.kind.name


class PollForm(forms.Form):
    """Form with all questions of `poll`, which are loaded once with their choices.

    `answers` ({question id: answer}) are the person's earlier answers.
    """

    # True if “No answer” is offered for every question, required ones included.
    takes_blanks = False

    def __init__(self, *args: Any, poll: Poll, answers: dict[int, dict[int, int]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [kind_of(question) for question in poll.questions.prefetch_related("choices")]
        self.answers: dict[int, AnswerValue] = {}
        for kind in self.kinds:
            self._add_fields(kind, (answers or {}).get(kind.question.pk, {}))

    def _add_fields(self, kind: QuestionKind, earlier: dict[int, int]) -> None:
        """Adds the fields of a question, with the earlier answer as initial value."""
        self.fields |= kind.fields(earlier, takes_blanks=self.takes_blanks)
        if kind.blank_name in self.fields and self[kind.blank_name].data:
            for name in kind.names:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind in self.kinds:
            if any(name in self.errors for name in kind.names):
                continue
            answer, is_blank = kind.read(cleaned), kind.is_blank(cleaned)
            if is_blank and answer:
                message = gettext("You gave an answer and ticked “No answer”: keep one of the two.")
                self.add_error(kind.names[0], message)
                continue
            try:
                kind.check(answer, takes_blank=is_blank)
            except InvalidAnswer:
                self.add_error(kind.names[0], kind.error(answer))
            else:
                self.answers[kind.question.pk] = answer
        return cleaned

    def fields_before_questions(self) -> list[BoundField]:
        """Returns the fields that a subclass declares, about the person or the sheet."""
        return [self[name] for name in self.base_fields]

    def groups(self) -> Iterator[QuestionFields]:
        """Yields the questions in order, each with its fields."""
        for kind in self.kinds:
            fields = [self[name] for name in kind.names]
            errors = [str(error) for field in fields for error in field.errors]
            blank = self[kind.blank_name] if kind.blank_name in self.fields else None
            yield QuestionFields(kind, fields, errors, blank)
