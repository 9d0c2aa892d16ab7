"""One choice."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.kinds.base import QuestionKind
from polls.models import Question
from polls.models.ballots import Answer

# Value of the radio button “No answer” of a required question.
BLANK = "blank"


class Single(QuestionKind):
    value = Question.Kind.SINGLE
    can_make_groups = True
    most_choices = 1
    on_paper = _("Tick one answer.")

    def fields(self, earlier: Answer, *, takes_blanks: bool) -> dict[str, forms.Field]:
        """Returns the radio buttons. One of them is “No answer”, since a radio button cannot be unset."""
        is_optional = self.question.is_optional
        blank_choices = [("" if is_optional else BLANK, _("No answer"))] if is_optional or takes_blanks else []
        field = forms.ChoiceField(
            label=self.question.text,
            choices=[*((str(choice.pk), choice.text) for choice in self.choices), *blank_choices],
            initial=next((str(choice) for choice in earlier), None),
            required=not is_optional,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose an answer."),
                "invalid_choice": _("Choose one of the answers of the list."),
            },
        )
        return {self.name: field}

    def is_blank(self, cleaned: Mapping[str, Any]) -> bool:
        return cleaned.get(self.name) == BLANK

    def read(self, cleaned: Mapping[str, Any]) -> Answer:
        chosen = cleaned[self.name]
        return {} if chosen in ("", BLANK) else {int(chosen): 1}
