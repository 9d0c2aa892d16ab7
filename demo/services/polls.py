"""The polls of the demonstration: one open, one closed with its answers, one among the members."""

from dataclasses import dataclass

from common.markdown import french
from demo.clock import Clock
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write


@dataclass(frozen=True)
class PollText:
    """The days are counted from the loading; a negative `closes_in_days` is a poll that is over."""

    slug: str
    title: str
    introduction: str
    opened_days_ago: int
    closes_in_days: int
    question: str
    choices: tuple[tuple[str, int], ...]
    audience: Poll.Audience = Poll.Audience.ACCOUNTS


POLLS = (
    PollText(
        "quel-jour-pour-les-ateliers",
        "Quel jour pour les ateliers d’aide ?",
        "Le comité prépare de nouveaux ateliers. Dites-nous quand vous pouvez venir.",
        12,
        18,
        "Quel moment vous convient le mieux ?",
        (
            ("Le samedi matin", 41),
            ("En semaine, après 18 h", 27),
            ("En semaine, dans la journée", 19),
            ("Je ne sais pas", 6),
        ),
    ),
    PollText(
        "comment-faites-vous-vos-demarches",
        "Comment faites-vous vos démarches ?",
        "Une seule question, pour savoir comment vous faites.",
        95,
        -60,
        "Pour votre dernière démarche, qu’avez-vous fait ?",
        (
            ("Tout en ligne, sans aide", 118),
            ("En ligne, avec l’aide de quelqu’un", 64),
            ("Au guichet", 57),
            ("Par téléphone ou par courrier", 23),
            ("Je n’ai pas pu la finir", 31),
        ),
    ),
    PollText(
        "heure-de-nos-seances",
        "À quelle heure commencer nos séances ?",
        "Une question aux membres du comité. Nous en parlons à la prochaine séance.",
        4,
        20,
        "Quelle heure vous convient le mieux ?",
        (
            ("17 h 30", 1),
            ("18 h, comme aujourd’hui", 2),
            ("18 h 30", 1),
        ),
        Poll.Audience.MEMBERS,
    ),
)


def load(clock: Clock) -> None:
    """Creates the polls, with the answers that they have received so far."""
    for text in POLLS:
        poll = Poll.objects.create(
            slug=text.slug,
            title=french(text.title),
            introduction=french(text.introduction),
            opens_at=clock.ago(text.opened_days_ago, 8),
            closes_at=clock.ahead(text.closes_in_days),
            audience=text.audience,
        )
        question = Question(poll=poll, text=french(text.question), order=1)
        question.choices = [Choice(text=french(choice)) for choice, _people in text.choices]
        question.save()
        counted = zip(question.choices.all(), text.choices, strict=True)
        SecretTally.objects.create(
            question=question, counts={write({choice.pk: 1}): people for choice, (_text, people) in counted}
        )
        Participation.objects.bulk_create(
            Participation(poll=poll) for _ in range(sum(people for _text, people in text.choices))
        )
