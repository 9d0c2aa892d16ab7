"""Personal data in polls, as a file for the person. Nothing goes with the account but the key to it.

A participation outlives the account without its name, as `polls.models.Participation` says: results and quorum stay
true. So do the answers of a nominative poll, and the voice of a seat: it is the seat that answered.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.exports.personal_data import Labelled, rows_of
from accounts.hooks import ErasureLine, Fate, PersonalDataSet
from accounts.models import User
from polls.models import AgentEntry, Choice, NominativeAnswer, Participation, Poll, ballots


def held_by_polls(user: User) -> Iterator[PersonalDataSet]:
    """In which polls the account took part, never when: no table knows. What it answered, where that is kept.

    Of a secret poll the participation is all there is to say, not even for which seat: nothing leads to the answer.
    """
    taken = Participation.objects.filter(user=user)
    yield PersonalDataSet(
        "polls.participations", _("Polls answered"), rows_of(taken, "poll__title", "poll__slug", "poll__ballot")
    )
    nominative = Participation.objects.filter(user=user, poll__ballot=Poll.Ballot.NOMINATIVE)
    voices = nominative.exclude(voice="")
    yield PersonalDataSet("polls.voices", _("Seats that answered polls"), rows_of(voices, "poll__slug", "voice"))
    yield PersonalDataSet("polls.answers", _("Answers to polls"), _answers(user))
    # Answers that an agent entered are those of other people: a count, and no more.
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
    """The answers in words, each with its number: 1 for a tick, else the place or the points."""
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
