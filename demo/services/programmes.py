"""The work programmes: that of 2019, chosen among ten topics, and that of this year."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from committee.models import BallotTopic, Priority, Seat, TopicPage, WorkProgramme
from common.markdown import french
from demo.clock import Clock, paris
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write

# The topics in the order of the programme, with the points that the seats gave them.
Points = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ProgrammeText:
    """A programme: points by the slug of a topic, and the objectives of the first ones, which become its priorities."""

    introduction: str
    seats: int
    points: Points
    objectives: tuple[str, ...]


FIRST = ProgrammeText(
    "Pour sa première année, le comité a choisi trois sujets parmi les dix qui lui étaient proposés.",
    9,
    (
        ("inclusion-numerique", 21),
        ("monstrasbourg-eu", 18),
        ("definir-des-indicateurs", 14),
        ("strasbourg-eu", 12),
        ("participer-strasbourg-eu", 8),
        ("services-numeriques-en-mobilite", 6),
        ("veille-inspirante", 4),
        ("produire-et-utiliser-les-donnees", 3),
        ("benchmark-des-metropoles", 2),
        ("enquetes-de-terrain", 2),
    ),
    (
        "Dire où se trouve l’aide, dans chaque quartier.",
        "Dix démarches disent combien de temps elles prennent.",
        "Six chiffres sont choisis, et chacun dit d’où il vient.",
    ),
)
THIS_YEAR = ProgrammeText(
    "Le comité garde le cap de l’aide, et regarde de près les démarches sur un téléphone.",
    8,
    (
        ("inclusion-numerique", 19),
        ("services-numeriques-en-mobilite", 16),
        ("monstrasbourg-eu", 15),
        ("strasbourg-eu", 9),
        ("produire-et-utiliser-les-donnees", 7),
        ("participer-strasbourg-eu", 5),
        ("definir-des-indicateurs", 4),
        ("veille-inspirante", 2),
        ("enquetes-de-terrain", 2),
        ("benchmark-des-metropoles", 1),
    ),
    (
        "Une permanence d’aide ouvre dans trois nouveaux quartiers.",
        "Cinq démarches se font en entier sur un téléphone.",
        "Aucune démarche ne perd ce qu’une personne a écrit.",
    ),
)


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Creates both programmes with their ballots, which are over, and their priorities.

    That of this year was adopted in January: the one before, if January is not over.
    """
    add(FIRST, topics, paris(date(2019, 1, 14), time(18)))
    year = (clock.today - timedelta(days=31)).year
    add(THIS_YEAR, topics, paris(date(year, 1, 19), time(18)))


def add(text: ProgrammeText, topics: dict[str, TopicPage], ends_at: datetime) -> WorkProgramme:
    """Returns the programme of the year of `ends_at`: the ballot ended then, and was adopted two hours later."""
    poll = Poll.objects.create(
        slug=f"programme-{ends_at.year}",
        title=french(f"Quels sujets pour {ends_at.year} ?"),
        introduction=french("Chaque siège donne ses points. Les sujets qui en ont le plus passent avant les autres."),
        opens_at=ends_at - timedelta(days=14),
        closes_at=ends_at,
        audience=Poll.Audience.SEATS,
        results_shown=Poll.ResultsShown.AT_END,
        quorum=50,
    )
    programme = WorkProgramme.objects.create(
        year=ends_at.year, introduction=french(text.introduction), poll=poll, adopted_at=ends_at + timedelta(hours=2)
    )
    ask(programme, text, topics)
    Participation.objects.bulk_create(
        Participation(poll=poll, voice=f"siege-{seat.pk}") for seat in Seat.objects.all()[: text.seats]
    )
    for order, ((slug, points), objective) in enumerate(zip(text.points, text.objectives, strict=False)):
        Priority.objects.create(
            programme=programme, topic=topics[slug], objective=french(objective), score=points, sort_order=order
        )
    return programme


def ask(programme: WorkProgramme, text: ProgrammeText, topics: dict[str, TopicPage]) -> None:
    """Adds the question, what each choice stands for, and the answers: the points dealt out like cards to the seats."""
    question = Question(
        poll=programme.poll,
        text=french("Quels sujets doivent passer en premier ?"),
        kind=Question.Kind.POINTS,
        points=len(topics),
        order=1,
    )
    question.choices = [Choice(text=f"{topic.number}. {topic.title}") for topic in topics.values()]
    question.save()
    choices = dict(zip(topics, question.choices.order_by("pk"), strict=True))
    BallotTopic.objects.bulk_create(
        BallotTopic(programme=programme, choice=choice, topic=topics[slug]) for slug, choice in choices.items()
    )
    cards = [choices[slug].pk for slug, points in text.points for _ in range(points)]
    answers = Counter(write(Counter(cards[seat :: text.seats])) for seat in range(text.seats))
    SecretTally.objects.create(question=question, counts=dict(sorted(answers.items())))
