"""Scenarios of faults. Each one plans an edition, breaks something, and waits until all mails are settled."""

import email
import email.policy
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from digests.models import Delivery, Edition, Frequency, Hour, Subscriber
from digests.models.schedule import latest_slot, rhythm_of
from digests.services.planning import plan_due
from mailing.doorbell import ring
from mailing.models import Batch, Heartbeat, Message
from mailing.ticking import tick
from scripts.run import CannotStart
from tools.chaos import outbox
from tools.chaos import sink as mail_server
from tools.chaos.schedules import play_many
from tools.chaos.sink import Faults, Sink
from tools.chaos.site import Site, wait_for
from tools.chaos.verdict import Result, Row, judge
from tools.editions import make_due, make_readers, publish

T = TypeVar("T")
State = Message.State
# Latency of a relay on the same network, and of one on the same machine (docs/mail.md).
NETWORK, LOOPBACK = 0.025, 0.002
RATES = {
    mail_server.LATER_AT_ONCE: 0.025,
    mail_server.LATER: 0.025,
    mail_server.NEVER: 0.01,
    mail_server.CUT: 0.005,
    mail_server.REPLY_LOST: 0.005,
    mail_server.STALL: 0.01,
}


@dataclass
class Stage:
    """Environment of the scenarios on one database."""

    database: str
    site: Site
    sink: Sink
    seed: int
    folder: Path
    is_long: bool = False
    # Kills the database server and starts it again; None where there is no server.
    restart_database: Callable[[], None] | None = None
    number: int = field(default=0, init=False)

    @property
    def choice(self) -> random.Random:
        """Random generator, the same for a given seed and scenario."""
        return random.Random(f"{self.seed}:{self.number}")  # noqa: S311 - repeatable, guards nothing

    def begin(self, *, delay: float = NETWORK, faults: Faults | None = None) -> None:
        """Empties the outbox and starts a new log of the mail server."""
        # Waits for a tick that is already planning; later ticks find no recipients.
        Subscriber.objects.update(status=Subscriber.Status.STOPPED)
        with transaction.atomic():
            outbox.empty()
        self.number += 1
        stall = settings.EMAIL_TIMEOUT + 0.5
        self.sink.begin(self.folder / f"taken-{self.number}.tsv", delay=delay, faults=faults, stall=stall)

    def when_taken(self, count: int, seconds: float = 120) -> bool:
        """Waits until the server has accepted `count` mails. Returns False if the sending ends before."""
        deadline = time.monotonic() + seconds
        while self.sink.taken < count:
            if is_over() or time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def finish(self, result: Result, recipients: Sequence[str], most_extra: int | None = None) -> None:
        """Waits until no mail is pending, for the end of leases if necessary, and judges."""
        deadline = time.monotonic() + (900 if self.is_long else 120)
        while not is_over() and time.monotonic() < deadline:
            patiently(let_time_pass)
            time.sleep(0.2)
        # Late notifications must find nothing to send.
        patiently(ring)
        time.sleep(0.5)
        rows = [Row(*values) for values in Message.objects.values_list("to_email", "message_id", "state", "uncertain")]
        judge(
            result,
            recipients=recipients,
            rows=rows,
            taken=self.sink.notes(),
            accounts=outbox.accounts(),
            most_extra=most_extra,
        )


def patiently(ask: Callable[[], T]) -> T:
    """Repeats the query `ask` while the database restarts."""
    for _ in range(100):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)
    raise CannotStart("the database does not come back")


def is_over() -> bool:
    """Returns whether nothing is being planned, pending or being sent."""
    waiting = (State.PENDING, State.CLAIMED, State.SENDING)
    return patiently(
        lambda: (
            not Edition.objects.filter(status=Edition.Status.PLANNING).exists()
            and not Message.objects.filter(state__in=waiting).exists()
        )
    )


def let_time_pass() -> None:
    """Makes mails that are scheduled for a later attempt or batch due now."""
    now = timezone.now()
    Message.objects.filter(state=State.PENDING, next_attempt_at__gt=now).update(next_attempt_at=now)
    Batch.objects.filter(resume_at__gt=now).update(resume_at=now)


@transaction.atomic
def due_edition(count: int) -> list[str]:
    """Makes a weekly edition that the next tick plans; returns the addresses of its recipients."""
    now = timezone.now()
    slot_at = make_due(now)
    publish([now - timedelta(hours=1)] * 3)
    return make_readers(count, since=slot_at - timedelta(days=7))


def _kills(stage: Stage, result: Result, count: int, kills: int, delay: float) -> None:
    stage.begin(delay=delay)
    recipients = due_edition(count)
    choice, senders = stage.choice, 0
    for index in range(kills):
        if not stage.when_taken(count * (index + 1) // (kills + 1)):
            break
        # A whole worker, or one of its processes.
        died = stage.site.kill_worker() if choice.random() < 0.4 else stage.site.kill_sender(choice)
        result.faults += bool(died)
        senders += died
    stage.finish(result, recipients, most_extra=senders)


def t1_kills(stage: Stage, result: Result) -> None:
    """Kills workers and their processes with SIGKILL, 25 ms per mail."""
    count, kills = (10_000, 50) if stage.is_long else (400, 6)
    _kills(stage, result, count, kills, NETWORK)


def t2_kills_relay(stage: Stage, result: Result) -> None:
    """Does the same with a relay on the same machine, 2 ms per mail."""
    _kills(stage, result, 10_000, 50, LOOPBACK)


def t3_stops(stage: Stage, result: Result) -> None:
    """Stops workers with SIGTERM, as a deployment does."""
    count, stops = (10_000, 50) if stage.is_long else (200, 2)
    stage.begin()
    recipients = due_edition(count)
    for index in range(stops):
        if not stage.when_taken(count * (index + 1) // (stops + 1)):
            break
        stage.site.stop_worker()
        result.faults += 1
    stage.finish(result, recipients, most_extra=0)


def t4_broker(stage: Stage, result: Result) -> None:
    """Kills Valkey, restarts it after a while, and flushes it."""
    count, kills, flushes, seconds = (4_000, 10, 5, 8) if stage.is_long else (200, 1, 2, 2)
    stage.begin()
    recipients = due_edition(count)
    plan = ["kill"] * kills + ["flush"] * flushes
    stage.choice.shuffle(plan)
    for index, what in enumerate(plan):
        if not stage.when_taken(count * (index + 1) // (len(plan) + 1)):
            break
        result.faults += 1
        if what == "flush":
            stage.site.flush_broker()
            continue
        stage.site.kill_broker()
        started = time.monotonic()
        if ring() or time.monotonic() - started > 1:
            result.problems.append("a doorbell that cannot be rung was waited for")
        time.sleep(seconds)
        stage.site.start_broker()
    stage.finish(result, recipients, most_extra=0)


def t5_database(stage: Stage, result: Result) -> None:
    """Stops PostgreSQL immediately (`pg_ctl -m immediate`) and restarts it."""
    if stage.restart_database is None:
        result.skipped = "SQLite has no server"
        return
    count, restarts = (4_000, 10) if stage.is_long else (200, 1)
    stage.begin()
    recipients = due_edition(count)
    for index in range(restarts):
        if not stage.when_taken(count * (index + 1) // (restarts + 1)):
            break
        stage.restart_database()
        result.faults += 1
    stage.finish(result, recipients)


def t6_mail_server(stage: Stage, result: Result) -> None:
    """Injects 5 % 451, 1 % 550, 1 % connections cut after the final dot, 1 % late responses."""
    count = 4_000 if stage.is_long else 300
    stage.begin(faults=Faults(stage.seed, RATES))
    recipients = due_edition(count)
    stage.finish(result, recipients)
    happened = stage.sink.happened
    result.faults = len(happened)
    states = dict(Message.objects.values_list("to_email", "state"))
    uncertain = dict(Message.objects.values_list("to_email", "uncertain"))
    refused = {to for fault, to in happened if fault == mail_server.NEVER}
    silences = Counter(
        to for fault, to in happened if fault in (mail_server.CUT, mail_server.REPLY_LOST, mail_server.STALL)
    )
    wrong = [to for to in recipients if (states[to] == State.FAILED) != (to in refused)]
    wrong += [to for to in recipients if uncertain[to] != silences[to]]
    wrong += [to for to in recipients if (states[to] == State.HELD) != (silences[to] > 1)]
    if wrong:
        result.problems.append(f"{len(wrong)} mails are not in the state that the answers of the server ask for")


def t7_schedules(stage: Stage, result: Result) -> None:
    """Plays random schedules of claims, fences, responses, kills and clocks, without processes."""
    play_many(result, seed=stage.seed, schedules=1_000 if stage.is_long else 12)


def t9_three_days(stage: Stage, result: Result) -> None:
    """Resumes after three days of downtime with an unsent digest: one digest covers everything."""
    stage.begin()
    now = timezone.now()
    # The least late slot: a daily edition expires after 20 hours.
    hour = max(Hour.values, key=lambda each: latest_slot(now, rhythm_of(Frequency.DAILY, hour=each))[1])
    slot_at = latest_slot(now, rhythm_of(Frequency.DAILY, hour=hour))[1]
    down_at = slot_at - timedelta(days=3)
    with transaction.atomic():
        recipients = make_readers(
            1_000 if stage.is_long else 60, since=down_at - timedelta(days=1), frequency=Frequency.DAILY, hour=hour
        )
        titles = publish([down_at - timedelta(hours=5), *(down_at + timedelta(days=day, hours=5) for day in range(3))])
        plan_due(now=down_at)
        Heartbeat.objects.update_or_create(name="tick", defaults={"at": down_at})
    result.faults = 1
    wait_for(
        lambda: Edition.objects.filter(period_key=slot_at.date()).exists(), seconds=60, what="the edition of today"
    )
    stage.finish(result, recipients, most_extra=0)
    digest = email.message_from_bytes(stage.sink.last, policy=email.policy.default)
    body = digest.get_body(("plain",))
    text = " ".join(body.get_content().split()) if body else ""
    missing = [
        title for title in titles if title.replace("n° ", "n°\N{NO-BREAK SPACE}") not in text and title not in text
    ]
    if missing:
        result.problems.append(f"the digest after three days lacks {len(missing)} of {len(titles)} things")


def _tick_at_once(gate, now: datetime) -> None:  # type: ignore[no-untyped-def]
    connection.close()
    gate.wait(30)
    tick(now=now)


def t10_two_beats(stage: Stage, result: Result) -> None:
    """Runs a second beat, and processes that tick at the same instant."""
    count, ticks = (4_000, 20) if stage.is_long else (100, 5)
    second = stage.site.start_beat()
    stage.begin()
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(ticks)
    connection.close()
    processes = [fork.Process(target=_tick_at_once, args=(gate, timezone.now())) for _ in range(ticks)]
    recipients = due_edition(count)
    connection.close()
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    if any(process.exitcode for process in processes):
        result.problems.append("a tick failed beside others")
    result.faults = ticks + 1
    stage.finish(result, recipients, most_extra=0)
    stage.site.end(second)
    if Edition.objects.filter(kind=Frequency.WEEKLY).count() != 1 or Delivery.objects.count() != count:
        result.problems.append("the same edition was planned twice")


SHORT = {
    "T1 kills": t1_kills,
    "T3 stops": t3_stops,
    "T4 broker": t4_broker,
    "T5 database": t5_database,
    "T6 mail server": t6_mail_server,
    "T9 three days down": t9_three_days,
    "T10 two beats": t10_two_beats,
}
LONG = {"T1 kills": t1_kills, "T2 kills, local relay": t2_kills_relay, **SHORT}


def play(stage: Stage, name: str, scenario: Callable[[Stage, Result], None]) -> Result:
    """Plays one scenario and judges it. An exception is recorded as a problem, so that the others go on."""
    result = Result(stage.database, name)
    started = time.monotonic()
    try:
        scenario(stage, result)
    except Exception as error:
        result.problems.append(f"stopped: {type(error).__name__}: {error}")
    result.seconds = time.monotonic() - started
    return result
