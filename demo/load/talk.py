"""Proposals, supports and comments of a load, written in batches instead of the services, which send mails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from committee.models import TopicPage
from demo.load.batches import BATCH, in_batches, new_key
from demo.load.follow_up import answers_to
from demo.load.texts import Writer
from participation.models import CallPage, CityService, Comment, Discussion, OfficialAnswer, Proposal, Support
from participation.models.deadlines import answer_due_on
from participation.models.districts import DISTRICTS

OLDEST = timedelta(days=700)
# One proposal in this number gets most of the supports and comments.
POPULAR_ONE_IN = 12
MOST_SUPPORTS = 400
# Depths of ten comments: four start a thread, four are replies, two are replies to replies.
DEPTHS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2)
# Used in turn, so that a hundred comments have all of them.
COMMENT_STATES = (
    *[Comment.State.PUBLISHED] * 93,
    *[Comment.State.RECEIVED] * 4,
    *[Comment.State.REFUSED] * 2,
    Comment.State.WITHDRAWN,
)
POSITIONS = (Comment.Position.NEUTRAL, Comment.Position.NEUTRAL, Comment.Position.FOR, Comment.Position.AGAINST)


def make_proposals(
    count: int, authors: list[int], *, rng: Random, now: datetime
) -> tuple[list[Proposal], list[OfficialAnswer]]:
    """Makes `count` proposals, in all states in turn, and their discussions; returns them and their answers.

    The first proposal is public.
    """
    calls = list(CallPage.objects.published().values_list("pk", flat=True))
    topics = list(TopicPage.objects.published().values_list("pk", flat=True))
    service, _made = CityService.objects.get_or_create(
        name="Direction de la charge", defaults={"contact_email": "service@charge.example"}
    )
    answers: list[OfficialAnswer] = []
    writer = Writer(rng)
    states = [*Proposal.PUBLIC_STATES, *(state for state in Proposal.State if state not in Proposal.PUBLIC_STATES)]

    def rows() -> Iterator[Proposal]:
        for number in range(count):
            state = states[number % len(states)]
            is_public = state in Proposal.PUBLIC_STATES
            # The first one is the most commented: also the newest, so that it is on the first page of the list.
            created_at = now - (OLDEST * rng.random() if number else timedelta(hours=1))
            proposal = Proposal(
                title=writer.title(),
                problem=writer.text(2, 6),
                body=writer.text(3, 12),
                author_id=rng.choice(authors),
                call_id=rng.choice(calls) if calls else None,
                topic_id=rng.choice(topics) if topics else None,
                district=rng.choice(DISTRICTS) if rng.random() < 0.4 else "",
                state=state,
                state_reason=writer.text(1, 3) if state in (*Proposal.ANSWERED_STATES, Proposal.State.REFUSED) else "",
                state_changed_at=created_at + timedelta(minutes=40) if state != Proposal.State.RECEIVED else None,
                created_at=created_at,
                published_at=created_at + timedelta(minutes=30) if is_public else None,
                answer_due_on=answer_due_on(created_at.date()) if is_public else None,
                idempotency_key=new_key(rng),
            )
            answers.extend(answers_to(proposal, service, writer=writer, rng=rng, now=now))
            yield proposal

    proposals = Proposal.objects.bulk_create(rows(), batch_size=BATCH)
    Discussion.objects.bulk_create((Discussion(proposal=one) for one in proposals if one.is_public), batch_size=BATCH)
    return proposals, OfficialAnswer.objects.bulk_create(answers, batch_size=BATCH)


def make_supports(proposals: list[Proposal], authors: list[int], *, rng: Random) -> None:
    """Adds a few supports to each public proposal, and many to popular ones."""

    def rows() -> Iterator[Support]:
        for number, proposal in enumerate(proposals):
            if proposal.is_public:
                most = MOST_SUPPORTS if number % POPULAR_ONE_IN == 0 else 8
                for user_id in rng.sample(authors, min(len(authors), rng.randint(0, most))):
                    yield Support(proposal_id=proposal.pk, user_id=user_id)

    in_batches(Support, rows())


@dataclass(frozen=True)
class Written:
    """Fields of a published comment needed for its replies."""

    pk: int
    thread: int
    depth: int
    at: datetime


def make_comments(
    count: int, busiest: int, proposals: list[Proposal], authors: list[int], *, rng: Random, now: datetime
) -> None:
    """Makes `count` comments in threads: `busiest` of them on the first proposal, none on the last public one."""
    ours = Discussion.objects.filter(proposal_id__gte=proposals[0].pk, proposal_id__lte=proposals[-1].pk)
    discussions = dict(ours.values_list("proposal_id", "pk"))
    public = [one for one in proposals if one.is_public]
    others = public[1:-1] or public[:1]
    popular = others[::POPULAR_ONE_IN]
    desk = CommentDesk(discussions, authors, rng, now)
    for size in _batches(busiest):
        desk.write(public[:1] * size)
    for size in _batches(count - busiest):
        desk.write([*rng.choices(others, k=size // 2), *rng.choices(popular, k=size - size // 2)])


def _batches(count: int) -> Iterator[int]:
    """Yields batch sizes: « 4 500 » is 2 000, 2 000 and 500."""
    for start in range(0, count, BATCH):
        yield min(BATCH, count - start)


class CommentDesk:
    """Writes comments in batches, and remembers those that can be answered."""

    def __init__(self, discussions: dict[int, int], authors: list[int], rng: Random, now: datetime) -> None:
        self.discussions, self.authors, self.rng, self.now = discussions, authors, rng, now
        self.writer = Writer(rng)
        self.states = cycle(COMMENT_STATES)
        self.written: dict[int, list[Written]] = {}

    def write(self, subjects: list[Proposal]) -> None:
        """Writes one comment on each of `subjects`: first those that start a thread, then replies."""
        by_depth: list[list[Comment]] = [[], [], []]
        for subject in subjects:
            by_depth[self.rng.choice(DEPTHS)].append(self._comment(subject))
        for depth, comments in enumerate(by_depth):
            for comment in comments:
                if depth and (above := self.written.get(comment.discussion_id)):
                    self._answer(comment, self.rng.choice(above))
            Comment.objects.bulk_create(comments)
            for comment in comments:
                if comment.published_at:
                    known = Written(comment.pk, comment.thread_id or comment.pk, comment.depth, comment.created_at)
                    self.written.setdefault(comment.discussion_id, []).append(known)

    def _answer(self, comment: Comment, to: Written) -> None:
        comment.parent_id, comment.thread_id, comment.depth = to.pk, to.thread, to.depth + 1
        comment.created_at = to.at + (self.now - to.at) * self.rng.random() / 20
        comment.published_at = comment.published_at and comment.created_at

    def _comment(self, subject: Proposal) -> Comment:
        rng = self.rng
        created_at = subject.created_at + (self.now - subject.created_at) * rng.random()
        state = next(self.states)
        is_removed = state in Comment.REMOVED_STATES
        return Comment(
            discussion_id=self.discussions[subject.pk],
            position=rng.choice(POSITIONS),
            body=self.writer.text(1, 5),
            author_id=rng.choice(self.authors),
            state=state,
            state_reason=self.writer.text(1, 1) if state == Comment.State.REFUSED else "",
            state_changed_at=self.now if is_removed else None,
            created_at=created_at,
            published_at=created_at if state == Comment.State.PUBLISHED or is_removed else None,
            idempotency_key=new_key(rng),
        )
