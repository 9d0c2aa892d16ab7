"""Results of a poll, for its page, its table and its CSV file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from accounts.models import User
from polls.hooks import committee_size_at
from polls.kinds import TEXT_KINDS, ChoiceResult, QuestionKind, kind_of
from polls.models import Choice, NominativeAnswer, Poll, Question, SecretTally, ballots
from polls.queries.electorate import invited_count


@dataclass(frozen=True)
class Tally:
    """Results of one question of a poll: number of respondents, and each choice, the best first.

    People who left an optional question blank are not counted in `people`, but in `without_answer`. `by_agents` is the
    number of those `people` whose answer an agent entered.
    """

    poll: Poll
    question: Question
    people: int
    by_agents: int
    lines: list[ChoiceResult]
    without_answer: int = 0

    @property
    def kind(self) -> QuestionKind:
        return kind_of(self.question)

    @property
    def leaders(self) -> list[ChoiceResult]:
        """Choices that share the first place."""
        return [line for line in self.lines if line.score == self.lines[0].score > 0]


@dataclass(frozen=True)
class Decision:
    """Outcome of a question of a poll that requires a share: the adopted choices; none if the first place is tied."""

    adopted: list[ChoiceResult]
    is_tied: bool = False


@dataclass(frozen=True)
class Turnout:
    """Turnout: answers given with an account, out of those possible: people, or seats in a poll put to seats.

    `quorum_reached` is None if there is no quorum. `sitting` is the number of committee members at that time, for a
    poll among members or seats, else None; it exceeds `invited` if some have no account or share a seat.

    Answers entered by agents come from people outside the electorate, so they are counted apart (`by_agents`).
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
        """Number of committee members who could not answer."""
        return max(0, (self.sitting or 0) - self.invited)


def turnout(poll: Poll, *, now: datetime) -> Turnout:
    """Returns the turnout of `poll`, in a fixed number of queries.

    The caller checks that it may be published now (`Poll.is_sealed`). A person who left the electorate after answering
    still counts as invited, so that the turnout never exceeds 100 %.
    """
    by_agents = poll.entries.count()
    people = poll.participations.count() - by_agents
    invited = max(people, invited_count(poll, now))
    # Compared as integers: 1 of 3 does not reach 34 % through rounding.
    quorum_reached = None if poll.quorum is None else 100 * people >= poll.quorum * invited and people > 0
    sitting = committee_size_at(poll.counted_at(now)) if poll.is_internal else None
    return Turnout(people, invited, quorum_reached, by_agents, sitting)


def decision_of(tally: Tally, turnout: Turnout, *, now: datetime) -> Decision | None:
    """Returns the outcome of `tally` at `now`; None before the end, without quorum, or if no share is required.

    If choices do not exclude each other, each one is adopted independently. Otherwise only a sole leader is adopted,
    and a tie is not resolved.
    """
    poll = tally.poll
    if poll.required_share is None or not poll.is_over(now) or not tally.people or turnout.quorum_reached is False:
        return None
    with_share = [line for line in tally.lines if line.has_share]
    if tally.kind.adopts_several:
        return Decision(with_share)
    leaders = [line for line in tally.leaders if line.has_share]
    return Decision(leaders) if len(leaders) < 2 else Decision([], is_tied=True)


def tallies(poll: Poll) -> list[Tally]:
    """Returns the tally of each question of `poll`."""
    return tallies_of([poll])


def tallies_of(polls: Sequence[Poll]) -> list[Tally]:
    """Returns the tallies of all questions but texts, poll after poll, in five queries."""
    questions = defaultdict(list)
    for question in _questions_with_choices(polls):
        questions[question.poll_id].append(question)
    counts: dict[int, Mapping[str, int]] = {
        **_secret_answers([poll for poll in polls if poll.is_secret]),
        **_nominative_answers([poll for poll in polls if not poll.is_secret]),
    }
    by_agents = _by_agents(polls)
    return [
        _tally(poll, question, counts.get(question.pk, {}), by_agents.get(question.pk, 0))
        for poll in polls
        for question in questions[poll.pk]
    ]


def tallies_by_group(polls: Sequence[Poll]) -> dict[int, dict[Choice, dict[int, Tally]]]:
    """Returns, by secret poll that makes groups, the tallies of each group by question id.

    The question that makes the groups is left out. Three queries, whatever the number of polls. For internal use:
    results by group are published only through a rule that protects small groups.
    """
    questions = defaultdict(list)
    for question in _questions_with_choices(polls):
        questions[question.poll_id].append(question)
    counts = dict(SecretTally.objects.filter(question__poll__in=polls).values_list("question", "counts"))
    tallies_by_poll = {}
    for poll in polls:
        group_question = next((question for question in questions[poll.pk] if question.makes_groups), None)
        if group_question is None:
            continue
        tallies_by_poll[poll.pk] = {
            choice: {
                question.pk: _tally(poll, question, ballots.of_group(counts.get(question.pk, {}), group), 0)
                for question in questions[poll.pk]
                if question != group_question
            }
            for choice in group_question.choices.all()
            for group in [ballots.write({choice.pk: 1})]
        }
    return tallies_by_poll


def answers_of(poll: Poll, user: User) -> dict[int, dict[int, int]]:
    """Returns the answers of `user` to the nominative `poll`, as {question id: answer}; {} for a secret poll."""
    own = NominativeAnswer.objects.filter(participation__poll=poll, participation__user=user)
    return {question: ballots.read(text) for question, text in own.values_list("question", "answer")}


def _questions_with_choices(polls: Sequence[Poll]) -> QuerySet[Question]:
    return Question.objects.filter(poll__in=polls).exclude(kind__in=TEXT_KINDS).prefetch_related("choices")


def _by_agents(polls: Sequence[Poll]) -> dict[int, int]:
    """Returns the number of answers entered by agents, without blank ones, by question id, where there are any."""
    entered = NominativeAnswer.objects.filter(participation__entry__poll__in=polls)
    rows = entered.exclude(answer=ballots.NO_ANSWER).values_list("question")
    return dict(rows.annotate(number=Count("pk")))


def _secret_answers(polls: Sequence[Poll]) -> dict[int, Mapping[str, int]]:
    rows = SecretTally.objects.filter(question__poll__in=polls).values_list("question", "counts")
    return {question: ballots.without_groups(counts) for question, counts in rows}


def _nominative_answers(polls: Sequence[Poll]) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    rows = NominativeAnswer.objects.filter(question__poll__in=polls).values_list("question", "answer")
    for question, answer, people in rows.annotate(people=Count("pk")):
        counts.setdefault(question, {})[answer] = people
    return counts


def _tally(poll: Poll, question: Question, answer_counts: Mapping[str, int], by_agents: int) -> Tally:
    kind = kind_of(question)
    people = sum(number for text, number in answer_counts.items() if text != ballots.NO_ANSWER)
    counts = kind.add_up(answer_counts)
    total = sum(count.score for count in counts.values()) if kind.is_weighed else people
    lines = [
        ChoiceResult(
            choice=choice,
            people=count.people,
            first=count.first,
            score=count.score,
            percent=_percent(count.score, total),
            has_share=poll.required_share is not None and 100 * count.score >= poll.required_share * total > 0,
        )
        for choice, count in counts.items()
    ]
    lines.sort(key=lambda line: (-line.score, line.choice.pk))
    return Tally(poll, question, people, by_agents, lines, answer_counts.get(ballots.NO_ANSWER, 0))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
