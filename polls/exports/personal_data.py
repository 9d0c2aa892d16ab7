"""Personal data in polls, for the export of an account. Deletion of the account only removes the foreign key.

A participation outlives the account without its name, as `polls.models.Participation` explains: results and quorum stay
correct. So do the answers of a nominative poll, and the vote of a seat, which belongs to the seat.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from common.personal_data import ErasureLine, Fate, Labelled, PersonalDataSet, rows_of
from polls.models import AgentEntry, Choice, NominativeAnswer, Participation, Poll, ballots


def held_by_polls(user: User) -> Iterator[PersonalDataSet]:
    """Yields the polls answered by `user` (no time is stored), and the answers if they are stored per person.

    For a secret poll only the participation is exported, without the seat: answers cannot be linked to a person.
    """
    taken = Participation.objects.filter(user=user)
    yield PersonalDataSet(
        "polls.participations", _("Polls answered"), rows_of(taken, "poll__title", "poll__slug", "poll__ballot")
    )
    nominative = Participation.objects.filter(user=user, poll__ballot=Poll.Ballot.NOMINATIVE)
    voices = nominative.exclude(voice="")
    yield PersonalDataSet("polls.voices", _("Seats that answered polls"), rows_of(voices, "poll__slug", "voice"))
    yield PersonalDataSet("polls.answers", _("Answers to polls"), _answers(user))
    # Answers entered by an agent belong to other people: only their number is exported.
    act = Labelled("answers_entered_for_others", _("answers entered for others"))
    if entered := AgentEntry.objects.filter(agent=user).count():
        yield PersonalDataSet("polls.acts", _("Work for the institution"), [{"act": act, "count": entered}])


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    if count := Participation.objects.filter(user=user).count():
        words = ngettext(
            "your answer to %(count)d poll, so that its result stays true",
            "your answers to %(count)d polls, so that their results stay true",
            count,
        )
        yield ErasureLine(Fate.STAYS, words % {"count": count})


def _answers(user: User) -> list[dict]:
    """Returns the answers in words, each with its number: 1 for a tick, else the rank or the points."""
    given = NominativeAnswer.objects.filter(
        participation__user=user, participation__poll__ballot=Poll.Ballot.NOMINATIVE
    )
    rows = [
        (answer, ballots.read(answer.answer)) for answer in given.select_related("question__poll").order_by("question")
    ]
    choices = Choice.objects.in_bulk({choice for _answer, numbers in rows for choice in numbers})
    return [
        {
            "poll": answer.question.poll.slug,
            "question": answer.question.text,
            "answer": [{"choice": choices[choice].text, "number": number} for choice, number in numbers.items()],
        }
        for answer, numbers in rows
    ]
