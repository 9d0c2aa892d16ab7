"""The free texts of a survey and their codes, as the screen of the editors and the results show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet, Sum

from fieldwork.models import Code, Coding
from polls.models import Question, SecretTexts


@dataclass
class WrittenText:
    """A text as people wrote it: its place among the different ones, how many wrote it, the numbers of its codes."""

    place: int
    text: str
    people: int
    codes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class CodeCount:
    """A code, and how many people said what it says."""

    code: Code
    people: int


@dataclass(frozen=True)
class Work:
    """What is to be coded of one question: how many different texts there are, and how many of them have no code."""

    question: Question
    texts: int
    left: int


def different(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Returns the different texts of `texts`, which are in order, and how many people wrote each."""
    return [(text, len(list(same))) for text, same in groupby(texts)]


def written_texts(question: Question) -> list[WrittenText]:
    """Returns the texts of `question`, in the order of the alphabet: it says nothing of who wrote them, or when."""
    stored = SecretTexts.objects.filter(question=question).first()
    codes = defaultdict(list)
    for place, number in Coding.objects.filter(code__question=question).values_list("place", "code__number"):
        codes[place].append(number)
    found = enumerate(different(stored.texts if stored else []))
    return [WrittenText(place, text, people, sorted(codes[place])) for place, (text, people) in found]


def questions_over(now: datetime) -> QuerySet[Question]:
    """The questions for a free text of the surveys that are over, the last survey to end first."""
    texts = Question.objects.filter(kind=Question.Kind.TEXT, poll__survey__isnull=False)
    return texts.filter(poll__is_draft=False, poll__closes_at__lte=now).order_by("-poll__closes_at", "order", "pk")


def work_on(questions: Sequence[Question]) -> list[Work]:
    """Returns what is to be coded of each of `questions`, in two queries."""
    stored = dict(SecretTexts.objects.filter(question__in=questions).values_list("question", "texts"))
    coded: dict[int, set[int]] = defaultdict(set)
    for question, place in Coding.objects.filter(code__question__in=questions).values_list("code__question", "place"):
        coded[question].add(place)
    totals = {question.pk: len(different(stored.get(question.pk, []))) for question in questions}
    return [Work(one, totals[one.pk], max(0, totals[one.pk] - len(coded[one.pk]))) for one in questions]


def codes_with_people(question: Question) -> QuerySet[Code]:
    """Returns the codes of `question` in the order of their numbers, each with how many `people` said it."""
    return Code.objects.filter(question=question).annotate(people=Sum("codings__people", default=0)).order_by("number")


def code_counts(questions: Sequence[Question]) -> dict[int, list[CodeCount]]:
    """Returns the codes of each of `questions` whose texts all have a code, the most frequent first.

    A question of which texts are still to be read has no entry. Three queries, however many questions there are.
    """
    counts: dict[int, list[CodeCount]] = {work.question.pk: [] for work in work_on(questions) if not work.left}
    codes = Code.objects.filter(question__in=counts).annotate(people=Sum("codings__people", default=0))
    for code in codes.filter(people__gt=0).order_by("-people", "number"):
        counts[code.question_id].append(CodeCount(code, code.people))
    return counts
