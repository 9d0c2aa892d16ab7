"""Polls for the tests: one question, open for a day, unless said otherwise."""

import datetime as dt

from polls.models import Choice, Poll, Question

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def make_poll(
    slug: str = "programme", *, kinds: tuple[str, ...] = (Question.Kind.SINGLE,), choices: int = 3, **fields
) -> Poll:
    """Returns a poll with one question for each of `kinds`, each with that many choices."""
    dates = {"is_draft": False, "opens_at": NOW - DAY, "closes_at": NOW + DAY}
    question_fields = {name: fields.pop(name) for name in ("max_choices", "points") if name in fields}
    poll = Poll.objects.create(title=f"Sondage {slug}", slug=slug, **{**dates, **fields})
    for number, kind in enumerate(kinds):
        question = Question(poll=poll, text=f"Question {number} ?", order=number, kind=kind, **question_fields)
        question.choices = [Choice(text=f"Choix {index}") for index in range(choices)]
        question.save()
    return poll


def choice_ids(poll: Poll, number: int = 0) -> list[int]:
    """Returns the choices of the question with that number, in order."""
    return list(poll.questions.all()[number].choices.order_by("pk").values_list("pk", flat=True))
