"""Mail server that logs each mail to disk before it answers 250, with injected faults."""

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

from scripts.run import free_port

# Faults of a mail. The last three give no response after the final dot; only with the first of them is the mail not
# kept.
LATER_AT_ONCE, LATER, NEVER = "451 at RCPT", "451 after the mail", "550"
CUT, REPLY_LOST, STALL = "cut before it is taken", "taken, reply lost", "taken, too late"
ANSWERS = {LATER: "451 4.3.0 later", NEVER: "550 5.1.1 no such mailbox"}


class Faults:
    """Choice of the fault of each attempt, by seed, address and number of the attempt, independent of the order."""

    def __init__(self, seed: int, rates: Mapping[str, float]) -> None:
        self.seed, self.rates = seed, rates

    def choose(self, address: str, attempt: int) -> str:
        """Returns a fault, or "" for none."""
        draw = random.Random(f"{self.seed}:{address}:{attempt}").random()  # noqa: S311 - repeatable, guards nothing
        for fault, rate in self.rates.items():
            if draw < rate:
                return fault
            draw -= rate
        return ""


class Sink:
    """SMTP handler. `taken` counts the accepted copies of the present scenario; they are logged to the file `log`."""

    def __init__(self, log: Path) -> None:
        self.last = b""
        self.begin(log)

    def begin(self, log: Path, *, delay: float = 0, faults: Faults | None = None, stall: float = 0) -> None:
        """Starts a new log. Responses are delayed by `delay` seconds, stalled ones by `stall`."""
        self.log, self.delay, self.faults, self.stall = log, delay, faults, stall
        self.taken = 0
        self.attempts: Counter[str] = Counter()
        self.chosen: dict[str, str] = {}
        self.happened: list[tuple[str, str]] = []
        log.write_bytes(b"")

    def note(self, message_id: str, to: str) -> None:
        """Logs a copy; it is on disk when this returns."""
        descriptor = os.open(self.log, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, f"{message_id}\t{to}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.taken += 1

    def notes(self) -> list[tuple[str, str]]:
        """Returns (Message-ID, recipient) of each accepted copy."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [(message_id, to) for message_id, _tab, to in (line.partition("\t") for line in lines)]

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        fault = self.faults.choose(address, self.attempts[address]) if self.faults else ""
        self.attempts[address] += 1
        self.chosen[address] = fault
        if fault:
            self.happened.append((fault, address))
        if fault == LATER_AT_ONCE:
            return "451 4.2.1 later"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        to = envelope.rcpt_tos[0]
        fault = self.chosen.get(to, "")
        if fault in ANSWERS:
            return ANSWERS[fault]
        if fault != CUT:
            self.last = envelope.content
            self.note(str(message_from_bytes(envelope.content)["Message-ID"]), to)
        await asyncio.sleep(self.stall if fault == STALL else self.delay)
        if fault in (CUT, REPLY_LOST):
            server.transport.abort()
        return "250 taken"


@contextlib.contextmanager
def serving(log: Path) -> Iterator[tuple[Sink, int]]:
    """Runs a mail server in a thread; yields it and its port."""
    sink = Sink(log)
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield sink, controller.port
    finally:
        controller.stop()
