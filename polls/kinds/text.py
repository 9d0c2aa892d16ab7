"""Free text, in field surveys only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.sanitising import clean_text
from polls.kinds.base import QuestionKind
from polls.models import Question, ballots
from polls.models.ballots import Answer

# Maximum length of an answer, in characters.
MAX_TEXT = 1_000


class TextField(forms.CharField):
    """Free-text answer, cleaned of control characters."""

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_text(str(value or ""))) or ""


class Text(QuestionKind):
    value = Question.Kind.TEXT
    is_text = True

    def is_valid(self, answer: Any) -> bool:
        return 0 < len(ballots.write(answer)) <= MAX_TEXT

    def answer_fields(self, earlier: Answer) -> dict[str, forms.Field]:
        field = TextField(
            label=self.question.text,
            help_text=self.hint,
            max_length=MAX_TEXT,
            required=not self.question.is_optional,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={
                "required": _("Write an answer."),
                "max_length": _("Write at most %(limit_value)s signs: there are %(show_value)s."),
            },
        )
        return {self.name: field}

    def read(self, cleaned: Mapping[str, Any]) -> str:
        return cleaned[self.name]

    def how_to_answer(self) -> str:
        return gettext("At most 1,000 signs. Name nobody.")

    def words(self, answer: Any) -> list[str]:
        return [answer] if answer else []
