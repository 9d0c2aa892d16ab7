"""Form of a poll: one field per question, or one per choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.sanitising import clean_text
from polls.models import Choice, Poll, Question, ballots
from polls.models.ballots import Said
from polls.models.polls import MAX_TEXT

# Value, or suffix of the name, of the checkbox “No answer”.
BLANK = "blank"
FIELD_OF_EACH_CHOICE = (Question.Kind.RANKED, Question.Kind.POINTS)


@dataclass(frozen=True)
class QuestionFields:
    """Question with its fields, as displayed. `field` is None if each choice has its own."""

    question: Question
    field: BoundField | None
    fields: list[BoundField]
    hint: str
    errors: list[str]
    # Checkbox “No answer”, if the form has one.
    blank: BoundField | None = None

    @property
    def id(self) -> str:
        return f"question_{self.question.pk}"


class PollForm(forms.Form):
    """Form with all questions of `poll`, which are loaded once with their choices.

    `answers` ({question id: answer}) are the person's earlier answers.
    """

    # True if “No answer” is offered for every question, required ones included.
    takes_blanks = False

    def __init__(self, *args: Any, poll: Poll, answers: dict[int, dict[int, int]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {
            question: list(question.choices.all()) for question in poll.questions.prefetch_related("choices")
        }
        self.answers: dict[int, Said] = {}
        for question, choices in self.choices.items():
            self._ask(question, choices, (answers or {}).get(question.pk, {}))

    def _ask(self, question: Question, choices: list[Choice], earlier: dict[int, int]) -> None:
        """Adds the fields of `question`, with the earlier answer as initial value."""
        name = f"question_{question.pk}"
        match question.kind:
            case Question.Kind.SINGLE:
                self.fields[name] = _one_of(question, choices, earlier, takes_blank=self.takes_blanks)
            case Question.Kind.MULTIPLE:
                self.fields[name] = _some_of(question, choices, earlier)
            case Question.Kind.RANKED:
                most = ballots.most_choices(question, len(choices))
                for choice in choices:
                    self.fields[f"{name}_{choice.pk}"] = _place(choice, most, earlier)
            case Question.Kind.POINTS:
                for choice in choices:
                    self.fields[f"{name}_{choice.pk}"] = _points(choice, question.points, earlier)
            case Question.Kind.TEXT:
                self.fields[name] = TextField(question)
        if self.takes_blanks and question.kind != Question.Kind.SINGLE:
            self.fields[f"{name}_{BLANK}"] = forms.BooleanField(label=_("No answer"), required=False)
            if self[f"{name}_{BLANK}"].data:
                for one in self._names(question):
                    self.fields[one].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question, choices in self.choices.items():
            names = self._names(question)
            if any(name in self.errors for name in names):
                continue
            answer = self._answer(question, cleaned)
            is_blank = self._is_blank(question, cleaned)
            if is_blank and answer:
                self.add_error(names[0], gettext("You gave an answer and ticked “No answer”: keep one of the two."))
                continue
            try:
                ballots.check(question, answer, choices={choice.pk for choice in choices}, takes_blank=is_blank)
            except ballots.InvalidAnswer:
                self.add_error(names[0], self._reason(question, answer))
            else:
                self.answers[question.pk] = answer
        return cleaned

    def _names(self, question: Question) -> list[str]:
        """Returns the names of the fields of `question`."""
        name = f"question_{question.pk}"
        if question.kind in FIELD_OF_EACH_CHOICE:
            return [f"{name}_{choice.pk}" for choice in self.choices[question]]
        return [name]

    def _is_blank(self, question: Question, cleaned: dict[str, Any]) -> bool:
        """Returns whether “No answer” is ticked for `question`."""
        name = f"question_{question.pk}"
        if question.kind == Question.Kind.SINGLE:
            return cleaned.get(name) == BLANK
        return bool(cleaned.get(f"{name}_{BLANK}"))

    def _answer(self, question: Question, cleaned: dict[str, Any]) -> Said:
        names = self._names(question)
        if question.is_text:
            return cleaned[names[0]]
        if question.kind in FIELD_OF_EACH_CHOICE:
            numbers = {name.rpartition("_")[2]: cleaned.get(name) for name in names}
            return {int(choice): number for choice, number in numbers.items() if number}
        chosen = cleaned[names[0]]
        ticked = [chosen] if isinstance(chosen, str) else chosen
        return {int(choice): 1 for choice in ticked if choice not in ("", BLANK)}

    def _reason(self, question: Question, answer: Any) -> str:
        """Returns the error message for an invalid answer."""
        most = ballots.most_choices(question, len(self.choices[question]))
        match question.kind:
            case Question.Kind.POINTS:
                return gettext("You gave %(given)d points. Give %(points)d in all.") % {
                    "given": sum(answer.values()),
                    "points": question.points,
                }
            case Question.Kind.RANKED if not answer:
                return gettext("Give at least one place: 1 for the choice that you prefer.")
            case Question.Kind.RANKED:
                return gettext("Give each place once, without a gap: 1, then 2, then 3.")
            case _:
                return gettext("You chose %(chosen)d answers. Keep at most %(most)d.") % {
                    "chosen": len(answer),
                    "most": most,
                }

    def fields_before_questions(self) -> list[BoundField]:
        """Returns the fields that a subclass declares, about the person or the sheet."""
        return [self[name] for name in self.base_fields]

    def groups(self) -> Iterator[QuestionFields]:
        """Yields the questions in order, each with its fields."""
        for question, choices in self.choices.items():
            fields = [self[name] for name in self._names(question)]
            single = question.kind not in FIELD_OF_EACH_CHOICE
            errors = [str(error) for field in fields for error in field.errors]
            box = f"question_{question.pk}_{BLANK}"
            yield QuestionFields(
                question,
                fields[0] if single else None,
                fields,
                hint(question, len(choices)),
                errors,
                blank=self[box] if box in self.fields else None,
            )


class TextField(forms.CharField):
    """Free-text answer, cleaned of control characters."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            label=question.text,
            help_text=hint(question, 0),
            max_length=MAX_TEXT,
            required=not question.is_optional,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={
                "required": _("Write an answer."),
                "max_length": _("Write at most %(limit_value)s signs: there are %(show_value)s."),
            },
        )

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_text(str(value or ""))) or ""


def _one_of(question: Question, choices: list[Choice], earlier: dict[int, int], *, takes_blank: bool) -> forms.Field:
    # A radio button cannot be unset: “No answer” is a choice of its own.
    none = [("" if question.is_optional else BLANK, _("No answer"))] if question.is_optional or takes_blank else []
    return forms.ChoiceField(
        label=question.text,
        choices=[*((str(choice.pk), choice.text) for choice in choices), *none],
        initial=next((str(choice) for choice in earlier), None),
        required=not question.is_optional,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer."),
            "invalid_choice": _("Choose one of the answers of the list."),
        },
    )


def _some_of(question: Question, choices: list[Choice], earlier: dict[int, int]) -> forms.Field:
    return forms.MultipleChoiceField(
        label=question.text,
        help_text=hint(question, len(choices)),
        choices=[(str(choice.pk), choice.text) for choice in choices],
        initial=[str(choice) for choice in earlier],
        required=not question.is_optional,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one answer."),
            "invalid_choice": _("Choose among the answers of the list."),
        },
    )


def _place(choice: Choice, most: int, earlier: dict[int, int]) -> forms.Field:
    return forms.TypedChoiceField(
        label=choice.text,
        choices=[("", _("No place")), *((place, str(place)) for place in range(1, most + 1))],
        coerce=int,
        empty_value=None,
        initial=earlier.get(choice.pk, ""),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the places of the list.")},
    )


def _points(choice: Choice, points: int, earlier: dict[int, int]) -> forms.Field:
    return forms.IntegerField(
        label=choice.text,
        min_value=0,
        max_value=points,
        initial=earlier.get(choice.pk),
        required=False,
        error_messages={
            "invalid": _("Write a whole number, for example 3."),
            "min_value": _("Write 0 or more."),
            "max_value": _("Write at most %(limit_value)s."),
        },
    )


def hint(question: Question, choices: int) -> str:
    """Returns the hint for `question`, which has `choices` choices; empty for a required single choice."""
    how = _how_to_answer(question, choices)
    return (
        " ".join(part for part in (how, gettext("You may leave this question.")) if part)
        if question.is_optional
        else how
    )


def _how_to_answer(question: Question, choices: int) -> str:
    most = ballots.most_choices(question, choices)
    match question.kind:
        case Question.Kind.MULTIPLE if most < choices:
            return ngettext("Choose up to %(most)d answer.", "Choose up to %(most)d answers.", most) % {"most": most}
        case Question.Kind.MULTIPLE:
            return gettext("Choose as many answers as you want.")
        case Question.Kind.RANKED if most < choices:
            return gettext(
                "Give the place 1 to what you prefer, then 2, then 3. You can give up to %(most)d places."
            ) % {"most": most}
        case Question.Kind.RANKED:
            return gettext("Give the place 1 to what you prefer, then 2, then 3. You do not have to place everything.")
        case Question.Kind.POINTS:
            return gettext("Share %(points)d points as you like. You can give all of them to one choice.") % {
                "points": question.points
            }
        case Question.Kind.TEXT:
            return gettext("At most 1,000 signs. Name nobody.")
        case _:
            return ""
