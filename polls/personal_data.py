"""Personal data of this app."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from common.personal_data import (
    Basis,
    Counted,
    ErasurePolicy,
    Export,
    LabelledStr,
    Owned,
    PersonalData,
    PersonalDataSet,
)
from polls.models import AgentEntry, Choice, NominativeAnswer, Participation, Poll, ballots
from polls.services.agent_entries import forget_names


def _voices(user: User) -> QuerySet[Participation]:
    nominative = Participation.objects.filter(user=user, poll__ballot=Poll.Ballot.NOMINATIVE)
    return nominative.exclude(voice="")


def _entries(user: User) -> Iterator[PersonalDataSet]:
    """Yields the number of answers entered by an agent: they belong to other people."""
    label = LabelledStr("answers_entered_for_others", _("answers entered for others"))
    if count := AgentEntry.objects.filter(agent=user).count():
        yield PersonalDataSet("polls.acts", _("Work for the institution"), [{"act": label, "count": count}])


def _answers(user: User) -> Iterator[PersonalDataSet]:
    """Yields the answers in words, each with its number: 1 for a tick, else the rank or the points."""
    answers = NominativeAnswer.objects.filter(
        participation__user=user, participation__poll__ballot=Poll.Ballot.NOMINATIVE
    )
    rows = [
        (answer, ballots.read(answer.answer))
        for answer in answers.select_related("question__poll").order_by("question")
    ]
    choices = Choice.objects.in_bulk({choice for _answer, numbers in rows for choice in numbers})
    data = [
        {
            "poll": answer.question.poll.slug,
            "question": answer.question.text,
            "answer": [{"choice": choices[choice].text, "number": number} for choice, number in numbers.items()],
        }
        for answer, numbers in rows
    ]
    yield PersonalDataSet("polls.answers", _("Answers to polls"), data)


PERSONAL_DATA = [
    PersonalData(
        name="polls.agent_names",
        order=200,
        data=_("Names of people for whom an agent answered a poll"),
        period=AgentEntry.NAME_KEPT,
        since=_("the end of the poll"),
        basis=Basis.MISSION,
        purpose=_("To prevent two answers by one person, and to correct a mistake."),
        rows=AgentEntry.objects.exclude(name="").all,
        moment="poll__closes_at",
        erase=forget_names,
        exports=(_entries,),
    ),
    PersonalData(
        name="polls.participations",
        order=210,
        data=_("Participants in a poll; in a secret poll, nothing links a person to the answer"),
        since=_("as long as the poll, without the account after its erasure"),
        basis=Basis.MISSION,
        purpose=_("Each person answers once, and results stay correct."),
        rows=Participation.objects.all,
        # For a secret poll only the participation, without the seat: answers cannot be linked to a person.
        exports=(
            Export(
                "polls.participations",
                _("Polls answered"),
                Owned(Participation, "user"),
                ("poll__title", "poll__slug", "poll__ballot"),
            ),
            Export("polls.voices", _("Seats that answered polls"), _voices, ("poll__slug", "voice")),
            _answers,
        ),
        # Results and quorum stay correct, as `polls.models.Participation` explains: so do the answers of a nominative
        # poll, and the vote of a seat, which belongs to the seat.
        at_erasure=(
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "your answer to %(count)d poll, so that its result stays true",
                    "your answers to %(count)d polls, so that their results stay true",
                    "count",
                ),
                Owned(Participation, "user"),
            ),
        ),
    ),
]
