"""Results of a poll, as its page, its table and its file show them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from accounts.models import User
from polls.hooks import committee_size_at
from polls.models import AgentEntry, Choice, NominativeAnswer, Poll, Question, SecretTally, ballots
from polls.queries.electorate import invited_count


@dataclass(frozen=True)
class ChoiceResult:
    """Result of a choice.

    `percent` is its part, in whole percents: of the people who answered for ticks, of all points for points and for an
    order of preference. `has_share` says that this is at least the share which the poll requires, if it requires one.
    """

    choice: Choice
    people: int
    first: int
    score: int
    percent: int
    has_share: bool


@dataclass(frozen=True)
class Tally:
    """The answers to one question of a poll: from how many people, and each choice, the best first.

    Who left an optional question without an answer is not of these people; `without_answer` says how many did.
    `by_agents` says for how many of these people an agent entered the answer.
    """

    poll: Poll
    question: Question
    people: int
    by_agents: int
    lines: list[ChoiceResult]
    without_answer: int = 0

    @property
    def leaders(self) -> list[ChoiceResult]:
        """The choices that share the first place."""
        return [line for line in self.lines if line.score == self.lines[0].score > 0]


@dataclass(frozen=True)
class Decision:
    """Outcome of a question of a poll that requires a share: the adopted choices. None are where the first are tied."""

    adopted: list[ChoiceResult]
    is_tied: bool = False


@dataclass(frozen=True)
class Turnout:
    """People who answered with their account, of those who could: people, or seats where one answers for a seat.

    `quorum_reached` is None where there is no quorum. `sitting` is how many people sat on the committee at that moment,
    for a poll among members or seats: more than could answer, where some have no account or share a seat. Else None.

    Answers that agents entered come from outside those who are invited, so they are a number apart (`by_agents`).
    """

    people: int
    invited: int
    quorum_reached: bool | None
    by_agents: int
    sitting: int | None

    @property
    def percent(self) -> int:
        return _percent(self.people, self.invited)

    @property
    def left_out(self) -> int:
        """How many more people sat than could answer."""
        return max(0, (self.sitting or 0) - self.invited)


def turnout(poll: Poll, *, now: datetime) -> Turnout:
    """Returns how many of those to whom `poll` is put have answered, in a fixed number of queries.

    The caller checks that this may be told now (`Poll.is_sealed`).
    A person who left the electorate after answering is still counted as having answered, hence never more than all.
    """
    by_agents = _by_agents([poll]).get(poll.pk, 0)
    people = poll.participations.count() - by_agents
    invited = max(people, invited_count(poll, now))
    # Compared in whole numbers: 1 of 3 is not 34 % because 33.3 was rounded.
    reached = None if poll.quorum is None else 100 * people >= poll.quorum * invited and people > 0
    sitting = committee_size_at(min(now, poll.closes_at)) if poll.is_internal else None
    return Turnout(people, invited, reached, by_agents, sitting)


def decision_of(tally: Tally, turnout: Turnout, *, now: datetime) -> Decision | None:
    """Returns what `tally` decides at `now`; None before the end, without the quorum, or where no share is required.

    Where people may tick several choices, each is adopted for itself. Elsewhere choices exclude each other: only one
    that comes first alone is adopted, and a tie is left to people.
    """
    poll = tally.poll
    if poll.required_share is None or not poll.is_over(now) or not tally.people or turnout.quorum_reached is False:
        return None
    enough = [line for line in tally.lines if line.has_share]
    if tally.question.kind == Question.Kind.MULTIPLE:
        return Decision(enough)
    leaders = [line for line in tally.leaders if line.has_share]
    return Decision(leaders) if len(leaders) < 2 else Decision([], is_tied=True)


def tallies(poll: Poll) -> list[Tally]:
    """Returns the tally of each question of `poll`."""
    return tallies_of([poll])


def tallies_of(polls: Sequence[Poll]) -> list[Tally]:
    """Returns the tally of each question of `polls` but texts, poll after poll, in five queries for all."""
    questions = defaultdict(list)
    for question in _questions_with_choices(polls):
        questions[question.poll_id].append(question)
    given: dict[int, Mapping[str, int]] = {
        **_secret_answers([poll for poll in polls if poll.is_secret]),
        **_nominative_answers([poll for poll in polls if not poll.is_secret]),
    }
    by_agents = _by_agents(polls)
    return [
        _tally(poll, question, given.get(question.pk, {}), by_agents.get(poll.pk, 0))
        for poll in polls
        for question in questions[poll.pk]
    ]


def tallies_by_group(polls: Sequence[Poll]) -> dict[int, dict[Choice, dict[int, Tally]]]:
    """Returns, by the secret poll of `polls` that makes groups, the tallies of each group by question.

    The question that makes the groups has none. Three queries, whatever the number of polls. Nobody but a rule that
    protects small groups shows what is found.
    """
    questions = defaultdict(list)
    for question in _questions_with_choices(polls):
        questions[question.poll_id].append(question)
    given = dict(SecretTally.objects.filter(question__poll__in=polls).values_list("question", "counts"))
    found = {}
    for poll in polls:
        making = next((question for question in questions[poll.pk] if question.makes_groups), None)
        if making is None:
            continue
        found[poll.pk] = {
            choice: {
                question.pk: _tally(poll, question, ballots.of_group(given.get(question.pk, {}), group), 0)
                for question in questions[poll.pk]
                if question != making
            }
            for choice in making.choices.all()
            for group in [ballots.write({choice.pk: 1})]
        }
    return found


def answers_of(poll: Poll, user: User) -> dict[int, dict[int, int]]:
    """Returns what `user` answered to the nominative `poll`: {question id: answer}; nothing for a secret one."""
    own = NominativeAnswer.objects.filter(participation__poll=poll, participation__user=user)
    return {question: ballots.read(text) for question, text in own.values_list("question", "answer")}


def _questions_with_choices(polls: Sequence[Poll]) -> QuerySet[Question]:
    return Question.objects.filter(poll__in=polls).exclude(kind=Question.Kind.TEXT).prefetch_related("choices")


def _by_agents(polls: Sequence[Poll]) -> dict[int, int]:
    """Of each of `polls` where agents entered answers, how many."""
    rows = AgentEntry.objects.filter(poll__in=polls).values_list("poll")
    return dict(rows.annotate(number=Count("pk")).order_by())


def _secret_answers(polls: Sequence[Poll]) -> dict[int, Mapping[str, int]]:
    rows = SecretTally.objects.filter(question__poll__in=polls).values_list("question", "counts")
    return {question: ballots.without_groups(counts) for question, counts in rows}


def _nominative_answers(polls: Sequence[Poll]) -> dict[int, dict[str, int]]:
    given: dict[int, dict[str, int]] = {}
    rows = NominativeAnswer.objects.filter(question__poll__in=polls).values_list("question", "answer")
    for question, answer, people in rows.annotate(people=Count("pk")):
        given.setdefault(question, {})[answer] = people
    return given


def _tally(poll: Poll, question: Question, given: Mapping[str, int], by_agents: int) -> Tally:
    choices = {choice.pk: choice for choice in question.choices.all()}
    people = sum(number for text, number in given.items() if text != ballots.NO_ANSWER)
    counts = ballots.add_up(question, choices.keys(), given)
    whole = sum(count.score for count in counts.values()) if question.is_weighed else people
    lines = [
        ChoiceResult(
            choice=choices[pk],
            people=count.people,
            first=count.first,
            score=count.score,
            percent=_percent(count.score, whole),
            has_share=poll.required_share is not None and 100 * count.score >= poll.required_share * whole > 0,
        )
        for pk, count in counts.items()
    ]
    lines.sort(key=lambda line: (-line.score, line.choice.pk))
    return Tally(poll, question, people, by_agents, lines, given.get(ballots.NO_ANSWER, 0))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
