"""Choices in order of preference: places 1, 2, 3 … without a gap, at most `max_choices`."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from polls.kinds.base import ChoiceCount, ChoiceResult, FieldPerChoice
from polls.models import Choice, Question


class Ranked(FieldPerChoice):
    """Ranking, with the Borda count as score (Jean-Charles de Borda, 1784).

    With 5 choices, a first place gives 5 and a last place 1.
    """

    value = Question.Kind.RANKED
    is_weighed = True
    columns = [(_("Points"), "score"), (_("First places"), "first")]

    def are_valid(self, numbers: list[int]) -> bool:
        return numbers == list(range(1, len(numbers) + 1))

    def add(self, count: ChoiceCount, number: int, people: int) -> None:
        count.people += people
        count.first += people * (number == 1)
        count.score += people * (len(self.choices) + 1 - number)

    def choice_field(self, choice: Choice, number: int | None) -> forms.Field:
        return forms.TypedChoiceField(
            label=choice.text,
            choices=[("", _("No place")), *((place, str(place)) for place in range(1, self.most_choices + 1))],
            coerce=int,
            empty_value=None,
            initial=number or "",
            required=False,
            error_messages={"invalid_choice": _("Choose one of the places of the list.")},
        )

    def error(self, answer: Any) -> str:
        if not answer:
            return gettext("Give at least one place: 1 for the choice that you prefer.")
        return gettext("Give each place once, without a gap: 1, then 2, then 3.")

    def how_to_answer(self) -> str:
        if self.most_choices < len(self.choices):
            return gettext(
                "Give the place 1 to what you prefer, then 2, then 3. You can give up to %(most)d places."
            ) % {"most": self.most_choices}
        return gettext("Give the place 1 to what you prefer, then 2, then 3. You do not have to place everything.")

    def words(self, answer: Any) -> list[str]:
        placed = sorted((answer[choice.pk], choice.text) for choice in self.choices if choice.pk in answer)
        return [f"{place}. {text}" for place, text in placed]

    def leader_sentence(self, first: ChoiceResult) -> str:
        return ngettext(
            "“%(choice)s” comes first: %(people)s person prefers it to all others.",
            "“%(choice)s” comes first: %(people)s people prefer it to all others.",
            first.first,
        ) % {"choice": first.choice.text, "people": first.first}

    def notes(self) -> list[str]:
        choices = len(self.choices)
        note = ngettext(
            "A first place gives %(number)s point, each next place one less.",
            "A first place gives %(number)s points, each next place one less.",
            choices,
        )
        return [note % {"number": choices}]
