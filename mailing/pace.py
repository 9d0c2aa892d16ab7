"""Pace of one sender process: the mails of a minute are spread over it, and no worker has to know of another.

The whole site sends at most `MAIL_PER_MINUTE` × the number of sender processes (`WORKER_CONCURRENCY` × containers).
"""

import time
from collections.abc import Callable

from django.conf import settings


class Pace:
    """Says how long to wait before the next mail. One per process, so that the pause outlives a call of `drain`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep):
        self.clock, self.sleep = clock, sleep
        self.next_at = 0.0

    def wait(self, *, at_most: float) -> bool:
        """Waits for the turn of the next mail. Returns False, after `at_most` seconds, if it has not come yet."""
        pause = self.next_at - self.clock()
        if pause > 0:
            self.sleep(min(pause, at_most))
        return pause <= at_most

    def sent(self) -> None:
        """Call it when a mail has been handed over."""
        if settings.MAIL_PER_MINUTE:
            self.next_at = max(self.clock(), self.next_at) + 60 / settings.MAIL_PER_MINUTE


OF_THIS_PROCESS = Pace()
