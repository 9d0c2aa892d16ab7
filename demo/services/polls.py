"""Polls: one open, one closed with its answers, one among the members, one draft."""

from common.markdown import french
from common.shown import BY_PROGRAM
from demo.clock import Clock
from demo.content import read
from demo.services.ballots import end, not_over
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write
from polls.services.opening import open_poll


def load(clock: Clock) -> None:
    """Creates the polls, with their answers so far."""
    for text in read("polls")["polls"]:
        ends_at = clock.ahead(text["closes_in_days"])
        poll = Poll.objects.create(
            slug=text["slug"],
            title=french(text["title"]),
            introduction=french(text["introduction"]),
            closes_at=not_over(ends_at, now=clock.now),
            audience=text.get("audience", Poll.Audience.ACCOUNTS),
        )
        question = Question(poll=poll, text=french(text["question"]), order=1)
        question.choices = [Choice(text=french(choice["text"])) for choice in text["choices"]]
        question.save()
        if "opened_days_ago" not in text:
            continue
        open_poll(poll=poll, by=None, now=clock.ago(text["opened_days_ago"], 8), shown=BY_PROGRAM)
        answers = [choice["answers"] for choice in text["choices"]]
        counted = zip(question.choices.all(), answers, strict=True)
        SecretTally.objects.create(
            question=question, counts={write({choice.pk: 1}): people for choice, people in counted}
        )
        Participation.objects.bulk_create(Participation(poll=poll) for _ in range(sum(answers)))
        end(poll, ends_at)
