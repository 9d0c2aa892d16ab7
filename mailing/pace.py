"""Rate limit of a sender process: mails are spread over each minute, without coordination between workers.

The whole site sends at most `MAIL_PER_MINUTE` × the number of sender processes (`WORKER_CONCURRENCY` × containers).
"""

import time
from collections.abc import Callable

from django.conf import settings


class Pace:
    """Delay between mails. One instance per process, so that it outlives a call of `drain`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep):
        self.clock, self.sleep = clock, sleep
        self.next_at = 0.0

    def wait(self, *, at_most: float) -> bool:
        """Waits until the next mail may be sent. Returns False if that takes longer than `at_most` seconds."""
        pause = self.next_at - self.clock()
        # `at_most` is negative if opening the connection took the time that was left.
        if pause > 0 and at_most > 0:
            self.sleep(min(pause, at_most))
        return pause <= at_most

    def sent(self) -> None:
        """Records that a mail was sent."""
        if settings.MAIL_PER_MINUTE:
            self.next_at = max(self.clock(), self.next_at) + 60 / settings.MAIL_PER_MINUTE


OF_THIS_PROCESS = Pace()
