"""Several choices, at most `max_choices`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from polls.kinds.base import QuestionKind
from polls.models import Question
from polls.models.ballots import Answer


class Multiple(QuestionKind):
    value = Question.Kind.MULTIPLE
    adopts_several = True

    def answer_fields(self, earlier: Answer) -> dict[str, forms.Field]:
        field = forms.MultipleChoiceField(
            label=self.question.text,
            help_text=self.hint,
            choices=[(str(choice.pk), choice.text) for choice in self.choices],
            initial=[str(choice) for choice in earlier],
            required=not self.question.is_optional,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Choose at least one answer."),
                "invalid_choice": _("Choose among the answers of the list."),
            },
        )
        return {self.name: field}

    def read(self, cleaned: Mapping[str, Any]) -> Answer:
        return {int(choice): 1 for choice in cleaned[self.name]}

    def how_to_answer(self) -> str:
        most = self.most_choices
        if most < len(self.choices):
            return ngettext("Choose up to %(most)d answer.", "Choose up to %(most)d answers.", most) % {"most": most}
        return gettext("Choose as many answers as you want.")
