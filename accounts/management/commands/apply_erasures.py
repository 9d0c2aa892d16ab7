"""`manage.py apply_erasures [FILE]`: erases again the accounts that are back after a restore of the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.erasure import apply_erasures


class Command(BaseCommand):
    help = "Erases again the accounts that were erased after the restored copy was made. May run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="what list_erasures wrote before the copy was restored")

    def handle(self, *args, **options) -> None:
        try:
            lines = options["file"].read_text(encoding="utf-8").splitlines() if options["file"] else []
            erased = apply_erasures(lines=lines, now=timezone.now())
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        except ValueError as error:
            raise CommandError(f"This line is none of list_erasures: {error}. Nothing was erased.") from error
        self.stdout.write(f"{erased} accounts erased again")
