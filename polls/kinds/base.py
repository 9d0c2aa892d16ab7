"""Base classes of the kinds of questions, and the counts of their choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from polls.errors import InvalidAnswer
from polls.models import Choice, Question, ballots
from polls.models.ballots import Answer, AnswerValue
from polls.models.polls import MIN_CHOICES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# With more groups, most would have too few people to be published.
MAX_GROUPS = 6


@dataclass
class ChoiceCount:
    """Count of a choice: number of people who named it, who ranked it first, and its score."""

    people: int = 0
    first: int = 0
    score: int = 0


@dataclass(frozen=True)
class ChoiceResult:
    """Result of a choice.

    `percent` is its share, in whole percents: of the respondents for ticks, of all points for points and rankings.
    `has_share` is true if this reaches the share that the poll requires, if any.
    """

    choice: Choice
    people: int
    first: int
    score: int
    percent: int
    has_share: bool


class QuestionKind:
    """Question of one kind. `polls.kinds.kind_of` returns the instance for a question.

    The default is that of ticks: each choice that an answer names gets 1. Subclasses override what differs. `choices`
    are read once, so that `kind_of` is called for questions with prefetched choices.
    """

    # Value of `Question.kind`.
    value: ClassVar[str]
    # True if answers are texts, and the question has no choices. Such questions are for field surveys only.
    is_text = False
    # True if answers give ranks or points, not ticks. Percentages are then those of all points, and results are not
    # shown by group.
    is_weighed = False
    # True if a question of this kind may make the groups of a field survey.
    can_make_groups = False
    # True if choices do not exclude each other: each one that has the required share is adopted.
    adopts_several = False
    # True if the form has a field for each choice, not one for the question.
    has_field_per_choice = False
    # Sentence above the choices on paper.
    on_paper: "StrOrPromise" = ""
    # Columns beside the bars of the results: heading, and field of `ChoiceResult`.
    columns: "Sequence[tuple[StrOrPromise, str]]" = [(_("How many"), "people")]

    def __init__(self, question: Question) -> None:
        self.question = question

    @cached_property
    def choices(self) -> list[Choice]:
        return list(self.question.choices.all())

    def missing(self, *, is_among_people_met: bool) -> Iterator[str]:
        """Yields what prevents the poll from opening, one sentence each, with a placeholder for the question."""
        choices, makes_groups = len(self.choices), self.question.makes_groups
        if self.is_text and choices:
            yield gettext("Remove the choices of the question “%(question)s”: its answers are texts.")
        if not self.is_text and choices < MIN_CHOICES:
            yield gettext("Give at least two choices to the question “%(question)s”.")
        if not is_among_people_met and (self.is_text or makes_groups):
            yield gettext("Only a field survey asks for a text, or makes groups: change the question “%(question)s”.")
        if makes_groups and (not self.can_make_groups or self.question.is_optional or choices > MAX_GROUPS):
            yield gettext(
                "Make “%(question)s” a question of one choice that is not optional, with at most six choices: it makes"
                " the groups."
            )

    # Valid answers, and their count.

    def check(self, answer: AnswerValue, *, takes_blank: bool = False) -> None:
        """Raises `InvalidAnswer` unless `answer` is valid.

        With `takes_blank`, a required question may be blank, as on paper.
        """
        if isinstance(answer, str) != self.is_text:
            raise InvalidAnswer
        if (self.question.is_optional or takes_blank) and ballots.write(answer) == ballots.NO_ANSWER:
            return
        if not self.is_valid(answer):
            raise InvalidAnswer

    def is_valid(self, answer: Any) -> bool:
        """Returns whether `answer`, which is not blank, names known choices, not too many, with valid numbers."""
        is_known = set(answer) <= {choice.pk for choice in self.choices}
        return is_known and 0 < len(answer) <= self.most_choices and self.are_valid(sorted(answer.values()))

    def are_valid(self, numbers: list[int]) -> bool:
        """Returns whether `numbers`, which the choices of an answer get, are valid; they are sorted."""
        return set(numbers) == {1}

    @property
    def most_choices(self) -> int:
        """Largest number of choices that one answer may name."""
        return min(self.question.max_choices or len(self.choices), len(self.choices))

    def add_up(self, answer_counts: Mapping[str, int]) -> dict[Choice, ChoiceCount]:
        """Returns the count of each choice. `answer_counts` maps answers, in text format, to numbers of people."""
        counts = {choice.pk: ChoiceCount() for choice in self.choices}
        for text, people in answer_counts.items():
            for choice, number in ballots.read(text).items():
                self.add(counts[choice], number, people)
        return {choice: counts[choice.pk] for choice in self.choices}

    def add(self, count: ChoiceCount, number: int, people: int) -> None:
        """Adds to `count` the answers of `people` that give `number` to its choice."""
        count.people += people
        count.score += people * number

    # Form fields.

    @property
    def name(self) -> str:
        """Name of the form field, and prefix of the names if there are several."""
        return f"question_{self.question.pk}"

    @property
    def names(self) -> list[str]:
        """Names of the form fields, without the checkbox “No answer”."""
        return [self.name]

    @property
    def blank_name(self) -> str:
        """Name of the checkbox “No answer”."""
        return f"{self.name}_blank"

    def fields(self, earlier: Answer, *, takes_blanks: bool) -> dict[str, forms.Field]:
        """Returns the form fields by name, with the answer `earlier` as initial value.

        With `takes_blanks`, also the checkbox “No answer”.
        """
        box = forms.BooleanField(label=_("No answer"), required=False)
        return {**self.answer_fields(earlier), **({self.blank_name: box} if takes_blanks else {})}

    def answer_fields(self, earlier: Answer) -> dict[str, forms.Field]:
        """Returns the form fields called `names`, with the answer `earlier` as initial value."""
        raise NotImplementedError

    def is_blank(self, cleaned: Mapping[str, Any]) -> bool:
        """Returns whether “No answer” is ticked in the form data `cleaned`."""
        return bool(cleaned.get(self.blank_name))

    def read(self, cleaned: Mapping[str, Any]) -> AnswerValue:
        """Returns the answer in the form data `cleaned`."""
        raise NotImplementedError

    def error(self, answer: Any) -> str:
        """Returns the message for `answer`, which `check` refuses."""
        return gettext("You chose %(chosen)d answers. Keep at most %(most)d.") % {
            "chosen": len(answer),
            "most": self.most_choices,
        }

    # Words, and results.

    @property
    def hint(self) -> str:
        """Hint above the form fields: how to answer, and that an optional question may be left."""
        optional = gettext("You may leave this question.") if self.question.is_optional else ""
        return " ".join(part for part in (self.how_to_answer(), optional) if part)

    def how_to_answer(self) -> str:
        return ""

    def words(self, answer: Any) -> list[str]:
        """Returns `answer` in words, for a receipt or to check a paper sheet; [] without an answer."""
        return [choice.text for choice in self.choices if choice.pk in answer]

    def leader_sentence(self, first: ChoiceResult) -> str:
        """Returns the sentence above the results, if `first` alone has the first place."""
        return gettext("The answer given most often: “%(choice)s” (%(percent)s %%).") % {
            "choice": first.choice.text,
            "percent": first.percent,
        }

    def notes(self) -> list[str]:
        """Returns the notes below the results."""
        return []


class FieldPerChoice(QuestionKind):
    """Base class of the kinds whose form has a field for each choice, with the number that the choice gets."""

    has_field_per_choice = True

    @property
    def names(self) -> list[str]:
        return [self._name(choice) for choice in self.choices]

    def answer_fields(self, earlier: Answer) -> dict[str, forms.Field]:
        return {self._name(choice): self.choice_field(choice, earlier.get(choice.pk)) for choice in self.choices}

    def choice_field(self, choice: Choice, number: int | None) -> forms.Field:
        """Returns the form field of `choice`, with `number` as initial value."""
        raise NotImplementedError

    def read(self, cleaned: Mapping[str, Any]) -> Answer:
        numbers = {choice.pk: cleaned.get(self._name(choice)) for choice in self.choices}
        return {choice: number for choice, number in numbers.items() if number}

    def _name(self, choice: Choice) -> str:
        return f"{self.name}_{choice.pk}"
