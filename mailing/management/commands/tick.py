"""Command `tick`: does without a broker what beat rings for."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mailing.drain import Drained, drain
from mailing.ticking import tick


class Command(BaseCommand):
    help = "Plans letters, publishes scheduled pages and sends every mail that is due, then prints one line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            help="pretend that it is this local time, for example 2026-11-30T07:05 (demonstration mailbox only)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        moment = self._moment(options["at"])
        ticked = tick(now=moment or timezone.now())
        drained = Drained(more=True)
        while drained.more:
            once = drain(max_seconds=60, clock=(lambda: moment) if moment else timezone.now)
            drained.states.update(once.states)
            drained.more, drained.stopped = once.more, once.stopped
        self.stdout.write(f"tick: {ticked}; mail: {drained}")

    @staticmethod
    def _moment(source: str | None) -> datetime | None:
        """Returns the moment that `--at` names. Raises `CommandError` where real people get the mail."""
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
