"""Command `tick`: runs, without a broker, the jobs that beat would start."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mailing.drain import DrainResult, drain
from mailing.hooks import slow_jobs
from mailing.ticking import tick

# Time for each slow job, in seconds, after the mails (`mailing.hooks.SlowJob`).
SLOW_SECONDS = 20


class Command(BaseCommand):
    help = "Plans letters, publishes scheduled pages, sends every mail that is due, reads feeds; then prints one line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            help="pretend that it is this local time, for example 2026-11-30T07:05 (demonstration mailbox only)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        moment = self._moment(options["at"])
        ticked = tick(now=moment or timezone.now())
        drained = DrainResult(more=True)
        while drained.more:
            once = drain(max_seconds=60, clock=(lambda: moment) if moment else timezone.now)
            drained.states.update(once.states)
            drained.more, drained.stopped = once.more, once.stopped
        # Other servers are not queried at a simulated time.
        slow_results = [] if moment else [str(job.work(max_seconds=SLOW_SECONDS)) for job in slow_jobs()]
        self.stdout.write("; ".join(filter(None, [f"tick: {ticked}", f"mail: {drained}", *slow_results])))

    @staticmethod
    def _moment(source: str | None) -> datetime | None:
        """Returns the time given by `--at`. Raises `CommandError` where mails go to real recipients."""
        if not source:
            return None
        if settings.MAILBOX_DIR is None:
            raise CommandError("--at moves the cursors of real readers: it works with the demonstration mailbox only.")
        try:
            moment = parse_datetime(source)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError("--at takes a date and a time, for example 2026-11-30T07:05.")
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
