"""Polls for tests: by default one question, open for two days around `NOW`."""

import datetime as dt

from accounts.models import User
from polls.kinds import KINDS, TEXT_KINDS, kind_of
from polls.models import Choice, Poll, Question
from tests.factories import UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
# Kinds of questions with choices; text questions exist only on the sheets of a survey.
WITH_CHOICES = tuple(kind for kind in KINDS if kind not in TEXT_KINDS)


def make_poll(
    slug: str = "programme", *, kinds: tuple[str, ...] = (Question.Kind.SINGLE,), choices: int = 3, **fields
) -> Poll:
    """Returns a poll with one question for each of `kinds`, each with `choices` choices."""
    dates = {"is_draft": False, "opens_at": NOW - DAY, "closes_at": NOW + DAY}
    question_fields = {name: fields.pop(name) for name in ("max_choices", "points") if name in fields}
    poll = Poll.objects.create(title=f"Sondage {slug}", slug=slug, **{**dates, **fields})
    for number, kind in enumerate(kinds):
        question = Question(poll=poll, text=f"Question {number} ?", order=number, kind=kind, **question_fields)
        question.choices = [Choice(text=f"Choix {index}") for index in range(0 if KINDS[kind].is_text else choices)]
        question.save()
    return poll


def people(number: int, **fields) -> list[User]:
    """Returns `number` accounts opened before the polls."""
    return [UserFactory(date_joined=NOW - 30 * DAY, **fields) for _ in range(number)]


def choice_ids(poll: Poll, number: int = 0) -> list[int]:
    """Returns the primary keys of the choices of question `number`, in order."""
    return list(poll.questions.all()[number].choices.order_by("pk").values_list("pk", flat=True))


def posted(question: Question, places: dict[int, int]) -> dict:
    """Returns the data of a form that answers `question` with {position of a choice: number}."""
    kind = kind_of(question)
    answer = {kind.choices[place].pk: number for place, number in places.items()}
    fields = kind.fields(answer, takes_blanks=False)
    return {name: field.initial for name, field in fields.items() if field.initial not in ("", None)}


def make_survey_poll(slug: str = "marche", **fields) -> Poll:
    """Returns a poll among people met: groups, several choices, an optional question, an optional text."""
    kinds = (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.SINGLE, Question.Kind.TEXT)
    poll = make_poll(slug, kinds=kinds, audience=Poll.Audience.PEOPLE_MET, **fields)
    Question.objects.filter(poll=poll, order=0).update(makes_groups=True)
    Question.objects.filter(poll=poll, order__gte=2).update(is_optional=True)
    return poll


def sheet_of(poll: Poll, group: int, *ticked: int, other: int | None = None, text: str = "") -> dict:
    """Returns the answers of a sheet of `make_survey_poll`: choices by position; `other` and `text` are optional."""
    making, several, optional, free = poll.questions.all()
    ids = [choice_ids(poll, number) for number in range(3)]
    return {
        making.pk: {ids[0][group]: 1},
        several.pk: {ids[1][place]: 1 for place in ticked},
        optional.pk: {} if other is None else {ids[2][other]: 1},
        free.pk: text,
    }
