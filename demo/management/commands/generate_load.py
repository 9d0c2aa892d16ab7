"""`manage.py generate_load`: fills an empty site, or the demonstration, with as much as a big city has after years."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from demo import load
from participation.models import Proposal


class Command(BaseCommand):
    help = "Generates invented accounts, proposals, comments and pages, to measure the site (docs/performance.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        full = load.Size()
        parser.add_argument("--accounts", type=int, default=full.accounts)
        parser.add_argument("--proposals", type=int, default=full.proposals)
        parser.add_argument("--comments", type=int, default=full.comments)
        parser.add_argument("--pages", type=int, default=full.pages, help="News, and as many entries of the watch.")
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same texts.")
        parser.add_argument("--small", action="store_true", help="A few of each, whatever the other numbers.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION and (User.objects.exists() or Proposal.objects.exists()):
            # Invented proposals could not be told from those of residents.
            raise CommandError(_("This site is in use: a load is generated on an empty site or on the demonstration."))
        if load.is_loaded():
            raise CommandError(_("A load is there already. Nothing has changed."))
        numbers = {name: options[name] for name in ("accounts", "proposals", "comments", "pages")}
        size = load.SMALL if options["small"] else load.Size(**numbers)
        started = time.monotonic()
        try:
            load.load(size, seed=options["seed"], now=timezone.now(), say=self._say)
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        self._say(_("The load is there, after %(seconds)d s.") % {"seconds": time.monotonic() - started})

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
