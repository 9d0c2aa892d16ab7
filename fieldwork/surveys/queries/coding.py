"""Free texts of a survey and their codes, for the admin screens and the results."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet, Sum

from fieldwork.models import Code, Coding
from polls.kinds import TEXT_KINDS
from polls.models import Question, SecretTexts


@dataclass
class WrittenText:
    """Distinct text: its index, the number of people who wrote it, and the numbers of its codes."""

    place: int
    text: str
    people: int
    codes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class CodeCount:
    """Code, with the number of people whose texts have it."""

    code: Code
    people: int


@dataclass(frozen=True)
class CodingProgress:
    """Progress of the coding of one question: number of distinct texts, and of those left without a code."""

    question: Question
    texts: int
    uncoded: int


def different(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Returns the distinct texts of the sorted `texts`, each with the number of people who wrote it."""
    return [(text, len(list(same))) for text, same in groupby(texts)]


def written_texts(question: Question) -> list[WrittenText]:
    """Returns the texts of `question` in alphabetical order, which reveals neither authors nor times."""
    stored = SecretTexts.objects.filter(question=question).first()
    codes = defaultdict(list)
    for place, number in Coding.objects.filter(code__question=question).values_list("place", "code__number"):
        codes[place].append(number)
    distinct_texts = enumerate(different(stored.texts if stored else []))
    return [WrittenText(place, text, people, sorted(codes[place])) for place, (text, people) in distinct_texts]


def closed_questions(now: datetime) -> QuerySet[Question]:
    """Returns the free-text questions of closed surveys, latest to end first."""
    texts = Question.objects.filter(kind__in=TEXT_KINDS, poll__survey__isnull=False)
    return texts.filter(poll__is_draft=False, poll__closes_at__lte=now).order_by("-poll__closes_at", "order", "pk")


def work_on(questions: Sequence[Question]) -> list[CodingProgress]:
    """Returns the progress of the coding of each of `questions`. Two queries."""
    stored = dict(SecretTexts.objects.filter(question__in=questions).values_list("question", "texts"))
    coded: dict[int, set[int]] = defaultdict(set)
    for question_id, place in Coding.objects.filter(code__question__in=questions).values_list(
        "code__question", "place"
    ):
        coded[question_id].add(place)
    totals = {question.pk: len(different(stored.get(question.pk, []))) for question in questions}
    return [
        CodingProgress(question, totals[question.pk], max(0, totals[question.pk] - len(coded[question.pk])))
        for question in questions
    ]


def people_coded(questions: Sequence[Question]) -> Counter[int]:
    """Returns the number of people whose texts have a code, by question. It stays when the texts are erased."""
    people: Counter[int] = Counter()
    codings = Coding.objects.filter(code__question__in=questions).values_list("code__question", "place", "people")
    for question_id, _place, number in codings.distinct():
        people[question_id] += number
    return people


def codes_with_people(question: Question) -> QuerySet[Code]:
    """Returns the codes of `question` by number, annotated with `people`."""
    return Code.objects.filter(question=question).annotate(people=Sum("codings__people", default=0)).order_by("number")


def code_counts(questions: Sequence[Question]) -> dict[int, list[CodeCount]]:
    """Returns the codes of each fully coded question, most frequent first.

    A question with uncoded texts has no entry. Three queries, whatever the number of questions.
    """
    counts: dict[int, list[CodeCount]] = {work.question.pk: [] for work in work_on(questions) if not work.uncoded}
    codes = Code.objects.filter(question__in=counts).annotate(people=Sum("codings__people", default=0))
    for code in codes.filter(people__gt=0).order_by("-people", "number"):
        counts[code.question_id].append(CodeCount(code, code.people))
    return counts
