"""What happens when somebody stops a command on its way."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def stopped_as_by_hand() -> Iterator[None]:
    """Inside, a request to stop raises `KeyboardInterrupt` as Ctrl-C does, so that what was begun is taken back.

    Without it the process would end at once; the first one of a container would not hear it, and be killed.
    """
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
