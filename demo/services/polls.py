"""Polls: one open, one closed with its answers, one among the members."""

from common.markdown import french
from demo.clock import Clock
from demo.content import read
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write


def load(clock: Clock) -> None:
    """Creates the polls, with the answers that they have received so far."""
    for text in read("polls")["polls"]:
        poll = Poll.objects.create(
            slug=text["slug"],
            title=french(text["title"]),
            introduction=french(text["introduction"]),
            opens_at=clock.ago(text["opened_days_ago"], 8),
            closes_at=clock.ahead(text["closes_in_days"]),
            audience=text.get("audience", Poll.Audience.ACCOUNTS),
        )
        question = Question(poll=poll, text=french(text["question"]), order=1)
        question.choices = [Choice(text=french(choice["text"])) for choice in text["choices"]]
        question.save()
        answers = [choice["answers"] for choice in text["choices"]]
        counted = zip(question.choices.all(), answers, strict=True)
        SecretTally.objects.create(
            question=question, counts={write({choice.pk: 1}): people for choice, people in counted}
        )
        Participation.objects.bulk_create(Participation(poll=poll) for _ in range(sum(answers)))
