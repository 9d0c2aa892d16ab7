"""Random schedules of the state machine: in-memory workers killed between any two steps, clocks that jump.

The steps are those of `mailing.drain`, one at a time, so that another worker, a tick, a recipient or an editor can act
between them. A seed determines the schedule.
"""

import logging
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from digests.models import Choices, Delivery, Frequency, Hour, Subscriber
from digests.services.subscriptions import change_choices, stop
from mailing import batches, queue
from mailing.models import Batch, Message
from mailing.notifications import DropReason, deferred_writers
from mailing.queue import Outcome
from mailing.ticking import tick
from participation.models import Proposal
from tools.chaos import outbox
from tools.chaos.verdict import Result, Row, judge

State = Message.State

# Some minutes before a slot of the daily digest; a schedule covers several editions.
START = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
READERS, WORKERS, STEPS = 6, 3, 120
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JUMPS = (MINUTE, 4 * MINUTE, 6 * MINUTE, 60 * MINUTE, 290 * MINUTE, DAY - 60 * MINUTE)
# Longer than the eight attempts of a mail with the longest pauses.
LAST_ROUNDS = 40


@dataclass
class Worker:
    """State of a sender process, lost when it is killed."""

    rows: list[Message] = field(default_factory=list)
    written: Message | None = None
    sending: Message | None = None
    outcome: Outcome | None = None

    @property
    def is_busy(self) -> bool:
        return bool(self.rows or self.written or self.sending)


class Schedule:
    """Simulation of a few recipients and workers. `problems` are descriptions of broken invariants."""

    def __init__(self, seed: int) -> None:
        outbox.empty()
        Proposal.objects.all().delete()
        self.choice = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
        self.now = START
        self.workers = [Worker() for _ in range(WORKERS)]
        # (Message-ID, recipient) of each copy accepted by the server.
        self.taken: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self.gone: set[str] = set()
        self.faults = 0
        self.problems: list[str] = []
        self.readers = [
            Subscriber.objects.create(
                email=f"abonnee{index}@courriel.example",
                status=Subscriber.Status.ACTIVE,
                frequency=Frequency.DAILY,
                verified_at=START - DAY,
                started_at=START - DAY,
                created_at=START - DAY,
            )
            for index in range(READERS)
        ]
        self.publish()
        self.now += 60 * MINUTE
        self.tick()

    def play(self) -> None:
        """Plays random steps, lets the remaining workers finish, then checks the invariants."""
        steps = {
            self.claim: 12,
            self.write: 14,
            self.fence: 14,
            self.answer: 12,
            self.record: 12,
            self.tick: 8,
            self.jump: 8,
            self.jump_back: 1,
            self.kill: 3,
            self.publish: 4,
            self.hide: 1,
            self.leave: 4,
            self.change_hour: 2,
            self.pause: 1,
            self.resume: 3,
            self.cancel: 0.2,
        }
        for _ in range(STEPS):
            (step,) = self.choice.choices(list(steps), weights=list(steps.values()))
            step()
        self.settle()

    # Steps of a worker.

    def claim(self) -> None:
        idle = [worker for worker in self.workers if not worker.is_busy]
        if idle:
            self.choice.choice(idle).rows = queue.claim(now=self.now, limit=2)

    def write(self) -> None:
        ready = [worker for worker in self.workers if worker.rows and not worker.written and not worker.sending]
        if not ready:
            return
        worker = self.choice.choice(ready)
        message = worker.rows.pop(0)
        content = deferred_writers()[message.kind]([message], now=self.now)(message)
        if isinstance(content, DropReason):
            queue.drop(message=message, state=content.state, reason=content.reason, now=self.now)
            return
        worker.written = message
        if any(title in content.text for title in self.hidden):
            self.problems.append("I5: a mail contains a hidden text")

    def fence(self) -> None:
        """Sets the fence, after which the mail may be sent."""
        for worker in self.workers:
            message, worker.written = worker.written, None
            if message is None:
                continue
            if not queue.fence(message=message, now=self.now):
                queue.give_back(messages=[message], now=self.now)
                continue
            worker.sending = message
            if message.to_email in self.gone:
                self.problems.append("I4: a mail leaves after its reader has stopped the digest")

    def answer(self, *, always: bool = False) -> None:
        """Plays the server's response, or none; a worker killed before `record` loses the response."""
        for worker in self.workers:
            if worker.sending and not worker.outcome and (always or self.choice.random() < 0.5):
                worker.outcome = self._answer(worker.sending, "taken" if always else "")

    def _answer(self, message: Message, what: str) -> Outcome:
        answers = ["taken"] * 12 + ["later", "never", "cut", "reply lost"]
        what = what or self.choice.choice(answers)
        self.faults += what != "taken"
        if what in ("taken", "reply lost"):
            self.taken.append((message.message_id, message.to_email))
        if what == "later":
            return queue.after_temporary_failure(message=message, now=self.now, code=451, error="smtp 451")
        if what == "never":
            return Outcome(State.FAILED, code=550, error="smtp 550")
        if what in ("cut", "reply lost"):
            return queue.after_uncertainty(message=message, now=self.now, error="no answer")
        return Outcome(State.SENT, code=250)

    def record(self) -> None:
        for worker in self.workers:
            if worker.sending and worker.outcome:
                queue.record(message=worker.sending, outcome=worker.outcome, now=self.now)
                worker.sending = worker.outcome = None

    def kill(self) -> None:
        busy = [index for index, worker in enumerate(self.workers) if worker.is_busy]
        if busy:
            self.faults += 1
            self.workers[self.choice.choice(busy)] = Worker()

    # External events.

    def tick(self) -> None:
        result = tick(now=self.now)
        self.problems += [f"a tick said: {part}" for part in result.parts if part.endswith("failed")]

    def jump(self) -> None:
        jump = self.choice.choice(JUMPS)
        if jump == JUMPS[-1]:
            self.publish()
        self.now += jump

    def jump_back(self) -> None:
        self.faults += 1
        self.now -= 60 * MINUTE

    def publish(self) -> None:
        count = Proposal.objects.count()
        Proposal.objects.create(
            title=f"Idée numéro {count:04d}",
            body="Une idée.",
            state=Proposal.State.PUBLISHED,
            created_at=self.now,
            published_at=self.now,
        )

    def hide(self) -> None:
        proposal = Proposal.objects.filter(state=Proposal.State.PUBLISHED).order_by("-pk").first()
        if proposal:
            Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.REFUSED)
            self.hidden.add(proposal.title)

    def leave(self) -> None:
        """Unsubscribes a recipient, usually while the digest is being written."""
        written = {worker.written.to_email for worker in self.workers if worker.written}
        leaving = [reader for reader in self.readers if reader.email in written]
        if not leaving and self.choice.random() < 0.8:
            return
        reader = self.choice.choice(leaving or self.readers)
        stop(subscriber=reader, channel="mail", now=self.now)
        self.gone.add(reader.email)

    def change_hour(self) -> None:
        """Moves a recipient's digest to a later hour of the same day: the pending one is superseded."""
        reader = Subscriber.objects.get(pk=self.choice.choice(self.readers).pk)
        choices = Choices(weekday=reader.weekday, hour=self.choice.choice(Hour.values))
        change_choices(subscriber=reader, frequency=Frequency.DAILY, now=self.now, choices=choices)

    def pause(self) -> None:
        for batch in Batch.objects.filter(status=Batch.Status.ACTIVE)[:1]:
            batches.pause(batch=batch, now=self.now)

    def resume(self) -> None:
        for batch in Batch.objects.filter(status=Batch.Status.PAUSED):
            batches.resume(batch=batch, now=self.now)

    def cancel(self) -> None:
        for batch in Batch.objects.exclude(status=Batch.Status.CANCELLED).order_by("-pk")[:1]:
            batches.cancel_batch(batch=batch)

    def settle(self) -> None:
        """Ends the faults: pending mails are sent, late ones expire."""
        for _ in range(LAST_ROUNDS):
            self.resume()
            self.now += 60 * MINUTE
            self.tick()
            self.workers = [Worker(rows=queue.claim(now=self.now))]
            while self.workers[0].is_busy:
                self.write()
                self.fence()
                self.answer(always=True)
                self.record()
            if not Message.objects.exclude(state__in=(*Message.FINAL_STATES, State.HELD)).exists():
                break
        self.verify()

    def verify(self) -> None:
        """Checks the invariants of docs/mail.md that hold at the end."""
        messages = list(Message.objects.all())
        copies = Counter(message_id for message_id, _to in self.taken)
        for message in messages:
            count = copies.pop(message.message_id, 0)
            if message.state == State.SENT and not count:
                self.problems.append("I1: a row is sent and the server has not seen it")
            if count and message.state != State.SENT and not message.uncertain:
                self.problems.append("I2: the server took a mail and its row says neither sent nor uncertain")
            if count > 1 and not message.uncertain:
                self.problems.append("I2: a copy too many is not flagged")
            if count > 2:
                self.problems.append("I2: more than two copies")
            if message.state not in (*Message.FINAL_STATES, State.HELD):
                self.problems.append(f"I3: a row ends as {message.state}")
        if copies:
            self.problems.append("I2: the server took a mail that has no row")
        if not all(account.is_balanced for account in outbox.accounts()):
            self.problems.append("I3: the accounts of an edition do not balance")
        for reader in self.readers:
            deliveries = Delivery.objects.advancing().filter(subscriber=reader).order_by("to_cursor", "from_cursor")
            windows = list(deliveries.values_list("from_cursor", "to_cursor"))
            if windows and windows[0][0] != reader.started_at:
                self.problems.append("I6: the first window does not begin with the reader")
            if any(before[1] != after[0] for before, after in pairwise(windows)):
                self.problems.append("I6: two windows overlap, or leave a hole")


def play_many(result: Result, *, seed: int, schedules: int) -> None:
    """Plays `schedules` random schedules into `result`; a problem names the seed that reproduces it."""
    from django.utils import translation

    level = logging.getLogger("mailing").level
    logging.getLogger("mailing").setLevel(logging.CRITICAL)  # overtaken workers and long stops, on purpose
    try:
        with translation.override("fr"):
            for schedule_seed in range(seed, seed + schedules):
                schedule = Schedule(schedule_seed)
                schedule.play()
                _add(result, schedule, schedule_seed)
    finally:
        logging.getLogger("mailing").setLevel(level)


def _add(result: Result, schedule: Schedule, seed: int) -> None:
    rows = [
        Row(message_id, message_id, state, uncertain)
        for message_id, state, uncertain in Message.objects.values_list("message_id", "state", "uncertain")
    ]
    taken = [(message_id, message_id) for message_id, _to in schedule.taken]
    given_up = {State.EXPIRED, State.CANCELLED, State.SKIPPED_EMPTY}
    # A row that was given up is not lost: its content goes into the next digest (I6).
    left = {message_id for message_id, _to in taken}
    meant = [row.message_id for row in rows if row.state not in given_up or row.message_id in left]
    outcome = Result("", "")
    judge(outcome, recipients=meant, rows=rows, taken=taken)
    result.recipients += outcome.recipients
    result.faults += schedule.faults
    result.lost += outcome.lost
    result.extra += outcome.extra
    result.flagged += outcome.flagged
    result.max_copies = max(result.max_copies, outcome.max_copies)
    result.problems += [f"seed {seed}: {problem}" for problem in [*outcome.problems, *dict.fromkeys(schedule.problems)]]
