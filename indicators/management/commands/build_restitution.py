"""`manage.py build_restitution 2019`: measures and stores the figures of a year."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from indicators.errors import RestitutionRefused
from indicators.restitution.services import build


class Command(BaseCommand):
    help = "Measures the figures of a year for its restitution, in the place of those measured before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)

    def handle(self, *args: Any, year: int, **options: Any) -> None:
        try:
            restitution = build(year=year, now=timezone.now())
        except RestitutionRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for figure in restitution.figures:
            value = "–" if figure["value"] is None else figure["value"]
            self.stdout.write(f"{figure['section']} · {figure['label']}: {value}")
        self.stdout.write(f"{len(restitution.figures)} figures, kept for {restitution.get_absolute_url()}")
