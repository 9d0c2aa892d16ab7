"""`manage.py export_archives 2026`: exports the public content of a year as a BagIt folder for public archives."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.errors import Refusal
from home.services.archives import export_archives


class Command(BaseCommand):
    help = "Writes minutes, register, report, dossiers and open data of a year into a BagIt folder with checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--output", type=Path, help="The folder to make. Without it: archives-YEAR, here.")

    def handle(self, *args: Any, year: int, output: Path | None, **options: Any) -> None:
        target = (output or Path(f"archives-{year}")).absolute()
        try:
            archives = export_archives(year=year, target=target, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for path, status in archives.missing:
            self.stderr.write(f"Left out, the site answers {status}: {path}")
        self.stdout.write(f"{len(archives.files)} files, checksums verified, in {target}")
