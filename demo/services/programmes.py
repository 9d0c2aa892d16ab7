"""Work programmes: the one of 2019, chosen among ten topics, and the one of this year."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from committee.models import BallotTopic, Priority, Seat, TopicPage, WorkProgramme
from common.markdown import french
from common.shown import BY_PROGRAM
from demo.clock import Clock, paris
from demo.content import Text, read
from demo.services.ballots import end, not_over
from demo.services.sessions import programme_day
from polls.models import Choice, Participation, Poll, Question, SecretTally
from polls.models.ballots import write
from polls.services.opening import open_poll


def load(clock: Clock, topics: dict[str, TopicPage]) -> None:
    """Creates both programmes with their closed ballots and their priorities.

    The one of this year was adopted at a session of January (until the end of January, of the previous one).
    """
    texts = read("programmes")
    add(texts["first"], topics, paris(date(2019, 1, 14), time(18)), now=clock.now)
    add(texts["this_year"], topics, paris(programme_day(clock), time(18)), now=clock.now)


def add(text: Text, topics: dict[str, TopicPage], ends_at: datetime, *, now: datetime) -> WorkProgramme:
    """Returns the programme of the year of `ends_at`, the end of its ballot; it was adopted two hours later."""
    poll = Poll.objects.create(
        slug=f"programme-{ends_at.year}",
        title=french(f"Quels sujets pour {ends_at.year} ?"),
        introduction=french("Chaque siège donne ses points. Les sujets qui en ont le plus passent avant les autres."),
        closes_at=not_over(ends_at, now=now),
        audience=Poll.Audience.SEATS,
        quorum=50,
    )
    programme = WorkProgramme.objects.create(year=ends_at.year, introduction=french(text["introduction"]), poll=poll)
    ask(programme, text, topics)
    open_poll(poll=poll, by=None, now=ends_at - timedelta(days=14), shown=BY_PROGRAM)
    Participation.objects.bulk_create(
        Participation(poll=poll, voice=f"siege-{seat.pk}") for seat in Seat.objects.all()[: text["seats"]]
    )
    end(poll, ends_at)
    chosen = zip(text["points"].items(), text["objectives"], strict=False)
    for order, ((slug, points), objective) in enumerate(chosen):
        Priority.objects.create(
            programme=programme, topic=topics[slug], objective=french(objective), score=points, sort_order=order
        )
    programme.adopted_at = ends_at + timedelta(hours=2)
    programme.save(update_fields=["adopted_at"])
    return programme


def ask(programme: WorkProgramme, text: Text, topics: dict[str, TopicPage]) -> None:
    """Adds the question, its choices, and the answers: points are dealt in turn to the seats."""
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
    cards = [choices[slug].pk for slug, points in text["points"].items() for _ in range(points)]
    answers = Counter(write(Counter(cards[seat :: text["seats"]])) for seat in range(text["seats"]))
    SecretTally.objects.create(question=question, counts=dict(sorted(answers.items())))
