"""Sending of due mails in slices, until none is due or the time is up."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation

from mailing import batches, bounces, identity, pace, queue
from mailing.content import MailContent, ascii_address, build_mime, sender_address
from mailing.hooks import contact_address
from mailing.models import Message
from mailing.notifications import DropReason, Writer, deferred_writers
from mailing.queue import Outcome
from mailing.services import suppressed_among
from mailing.tokens import BOUNCE, return_address
from mailing.transports import (
    NoConnection,
    PermanentFailure,
    TemporaryFailure,
    Transport,
    Uncertain,
    get_transport,
)

logger = logging.getLogger(__name__)

State = Message.State
Clock = Callable[[], datetime]

# Rows that share queries. A killed worker blocks up to this number until its lease ends.
SLICE = 50
MAX_PER_CONNECTION = 100
# Delay of the rows when the server cannot be reached; no attempt is counted.
PAUSE_WITHOUT_CONNECTION = timedelta(minutes=1)
# Delay of the rows of a kind whose writer failed its queries; other kinds continue.
PUT_OFF = timedelta(minutes=5)
# Consecutive temporary failures after which sending stops until the next tick.
MAX_FAILURES_IN_A_ROW = 20


@dataclass
class DrainResult:
    """Result of `drain`. `more` means that due rows remain."""

    states: Counter[str] = field(default_factory=Counter)
    more: bool = False
    stopped: str = ""

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return " ".join(filter(None, [counts or "nothing due", self.stopped and f"(stopped: {self.stopped})"]))


class _Stop(Exception):
    """Ends the slice: rows that were not fenced are given back."""


class _Connection:
    """Connection to the server, opened when the first mail of a slice is ready."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.is_open = False
        self.mails = 0

    def ready(self) -> None:
        """Opens the connection if needed. Raises `NoConnection`. Called before the fence, so that no mail is lost."""
        if self.is_open and self.mails >= MAX_PER_CONNECTION:
            self.close()
        if not self.is_open:
            self.transport.open()
            self.is_open, self.mails = True, 0

    def send(self, message: Message, data: bytes) -> int:
        """Sends a mail and returns the server's code. Every exception closes the connection.

        The envelope sender identifies the message, for bounces.
        """
        self.mails += 1
        sender = return_address(message, BOUNCE) or sender_address()
        try:
            return self.transport.send(sender=sender, recipient=ascii_address(message.to_email), data=data)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.transport.close()


def drain(
    *,
    max_seconds: float,
    clock: Clock = timezone.now,
    transport: Transport | None = None,
    rate: pace.Pace = pace.OF_THIS_PROCESS,
) -> DrainResult:
    """Sends due mails for up to `max_seconds`. Each mail has its own commits.

    Sends nothing from a copy of the site (`mailing.identity`), and respects the rate limit (`mailing.pace`).

    A killed process loses nothing: claimed rows are released when the lease ends, and a row being sent is marked as
    uncertain. Must be called outside of transactions.
    """
    result = DrainResult()
    if not identity.is_ours(now=clock()):
        result.stopped = "this database belongs to another site"
        return result
    stop_at = clock() + timedelta(seconds=max_seconds)
    link = _Connection(transport or get_transport())
    failures_in_a_row = 0
    try:
        with translation.override(settings.LANGUAGE_CODE):
            while clock() < stop_at:
                messages = queue.claim(now=clock(), limit=SLICE)
                if not messages:
                    return result
                failures_in_a_row = _send_slice(messages, link, result, clock, stop_at, failures_in_a_row, rate)
    except _Stop as stop:
        result.stopped = str(stop)
        return result
    finally:
        link.close()
    result.more = queue.has_due(now=clock())
    return result


def _send_slice(
    messages: list[Message],
    link: _Connection,
    result: DrainResult,
    clock: Clock,
    stop_at: datetime,
    failures_in_a_row: int,
    rate: pace.Pace,
) -> int:
    """Sends the claimed `messages` one by one; gives back those not fenced, even after an exception.

    Returns the current number of consecutive temporary failures. Raises `_Stop` if sending must stop.
    """
    remaining = list(messages)
    delay, error = timedelta(0), ""
    try:
        writer = _Writers(messages, now=clock())
        queue.give_back(messages=writer.put_off, now=clock(), delay=PUT_OFF, error="renderer not ready")
        remaining = [message for message in remaining if message not in writer.put_off]
        while remaining and clock() < stop_at:
            message = remaining[0]
            data = writer(message)
            if isinstance(data, DropReason):
                remaining.pop(0)
                _give_up(message, data, remaining, result, clock)
                continue
            link.ready()
            if not rate.wait(at_most=(stop_at - clock()).total_seconds()):
                break
            remaining.pop(0)
            if not queue.fence(message=message, now=clock()):
                # Its batch was paused, or it was cancelled, or its lease ended.
                queue.give_back(messages=[message], now=clock())
                continue
            outcome = _send(message, data, link, clock)
            rate.sent()
            if queue.record(message=message, outcome=outcome, now=clock()):
                result.states[_label(outcome)] += 1
                if outcome.state != State.SENT and _is_over(message, outcome, clock()):
                    _give_back_batch(remaining, message, clock())
            failures_in_a_row = failures_in_a_row + 1 if outcome.retry_at else 0
            if failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                raise _Stop("too many temporary failures in a row")
    except NoConnection as failure:
        delay, error = PAUSE_WITHOUT_CONNECTION, failure.reason
        logger.warning("the mail server cannot be reached (%s)", failure.reason)
        raise _Stop(failure.reason) from failure
    finally:
        queue.give_back(messages=remaining, now=clock(), delay=delay, error=error)
    return failures_in_a_row


def _give_up(message: Message, drop: DropReason, remaining: list[Message], result: DrainResult, clock: Clock) -> None:
    """Ends a row that will not be sent; pauses a batch whose mails cannot be written."""
    if queue.drop(message=message, state=drop.state, reason=drop.reason, now=clock()):
        result.states[drop.state] += 1
        if drop.state == State.FAILED and _is_over(message, None, clock()):
            _give_back_batch(remaining, message, clock())


def _is_over(message: Message, outcome: Outcome | None, now: datetime) -> bool:
    """Applies a failure to the address and the batch. Returns whether the batch must stop."""
    cause = None
    if outcome and outcome.state == State.FAILED:
        cause = bounces.note(message=message, status=outcome.status, now=now)
    if message.batch_id is None:
        return False
    return batches.look_at_failures(batch_id=message.batch_id, now=now, is_policy=cause == bounces.BounceCause.POLICY)


def _give_back_batch(remaining: list[Message], message: Message, now: datetime) -> None:
    """Gives back the rows of a paused batch and removes them from `remaining`, before they are written."""
    queue.give_back(messages=[other for other in remaining if other.batch_id == message.batch_id], now=now)
    remaining[:] = [other for other in remaining if other.batch_id != message.batch_id]


class _Writers:
    """Writers of the mails of a slice. The constructor does the queries shared by its rows."""

    def __init__(self, messages: Sequence[Message], *, now: datetime) -> None:
        self.suppressed = suppressed_among([message.to_email for message in messages if message.batch_id])
        self.contact = contact_address()
        registered = deferred_writers()
        self.writers: dict[str, Writer] = {}
        self.put_off: list[Message] = []
        for kind in {message.kind for message in messages if message.payload is None}:
            if kind in registered:
                rows = [message for message in messages if message.kind == kind and message.payload is None]
                try:
                    self.writers[kind] = registered[kind](rows, now=now)
                except Exception:
                    logger.exception("the writer of %s cannot start", kind)
                    self.put_off += rows

    def __call__(self, message: Message) -> bytes | DropReason:
        """Returns the encoded mail, or the reason to drop it. An error fails this row only."""
        if message.batch_id and message.to_email in self.suppressed:
            return DropReason(State.CANCELLED, "suppressed address")
        try:
            content = self._content(message)
        except Exception as error:
            logger.exception("message %s (%s) cannot be written", message.pk, message.kind)
            return DropReason(State.FAILED, f"not written: {type(error).__name__}")
        if isinstance(content, DropReason):
            return content
        try:
            return build_mime(message=message, content=content, reply_to=self.contact)
        except (ValueError, UnicodeError, LookupError) as error:
            # For example, a line break in a header or a non-ASCII address.
            logger.warning("message %s cannot be built: %s", message.pk, type(error).__name__)
            return DropReason(State.FAILED, f"not built: {type(error).__name__}")

    def _content(self, message: Message) -> MailContent | DropReason:
        if message.payload is not None:
            return MailContent.from_payload(message.payload)
        return self.writers[message.kind](message)


def _send(message: Message, data: bytes, link: _Connection, clock: Clock) -> Outcome:
    """Sends a fenced mail and returns the outcome."""
    try:
        code = link.send(message, data)
    except PermanentFailure as failure:
        return Outcome(State.FAILED, code=failure.code, error=failure.reason, status=failure.status)
    except (TemporaryFailure, NoConnection) as failure:
        return queue.after_temporary_failure(message=message, now=clock(), code=failure.code, error=failure.reason)
    except Uncertain as failure:
        return queue.after_uncertainty(message=message, now=clock(), error=failure.reason)
    return Outcome(State.SENT, code=code)


def _label(outcome: Outcome) -> str:
    return "uncertain" if outcome.uncertain else "retried" if outcome.retry_at else outcome.state.value
