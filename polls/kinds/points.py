"""Points to share among the choices, all of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.kinds.base import ChoiceResult, FieldPerChoice
from polls.models import Choice, Question


class Points(FieldPerChoice):
    value = Question.Kind.POINTS
    is_weighed = True
    columns = [(_("Points"), "score"), (_("How many"), "people")]

    @property
    def most_choices(self) -> int:
        return len(self.choices)

    def are_valid(self, numbers: list[int]) -> bool:
        return numbers[0] > 0 and sum(numbers) == self.question.points

    def choice_field(self, choice: Choice, number: int | None) -> forms.Field:
        return forms.IntegerField(
            label=choice.text,
            min_value=0,
            max_value=self.question.points,
            initial=number,
            required=False,
            error_messages={
                "invalid": _("Write a whole number, for example 3."),
                "min_value": _("Write 0 or more."),
                "max_value": _("Write at most %(limit_value)s."),
            },
        )

    def error(self, answer: Any) -> str:
        return gettext("You gave %(given)d points. Give %(points)d in all.") % {
            "given": sum(answer.values()),
            "points": self.question.points,
        }

    def how_to_answer(self) -> str:
        return gettext("Share %(points)d points as you like. You can give all of them to one choice.") % {
            "points": self.question.points
        }

    def words(self, answer: Any) -> list[str]:
        return [
            gettext("%(text)s: %(points)d") % {"text": choice.text, "points": answer[choice.pk]}
            for choice in self.choices
            if choice.pk in answer
        ]

    def leader_sentence(self, first: ChoiceResult) -> str:
        return gettext("“%(choice)s” comes first, with %(percent)s %% of the points.") % {
            "choice": first.choice.text,
            "percent": first.percent,
        }
