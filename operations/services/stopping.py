"""Handling of signals that stop a command."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def stopped_as_by_hand() -> Iterator[None]:
    """Within the block, SIGTERM and SIGHUP raise `KeyboardInterrupt`, like Ctrl-C, so that started work is undone.

    By default the process would end at once; as PID 1 of a container it would ignore the signal, and be killed.
    """
    before = {
        signal_number: signal.signal(signal_number, signal.default_int_handler)
        for signal_number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for signal_number, handler in before.items():
            signal.signal(signal_number, handler)
