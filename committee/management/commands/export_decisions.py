"""`manage.py export_decisions`: exports the register of decisions as JSON, for `committee/verify_register.py`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from committee.register.exports import export


class Command(BaseCommand):
    help = "Writes the register of decisions as JSON, to a file or to the standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="The file to write. Example: registre.json")

    def handle(self, *args: Any, output: Path | None, **options: Any) -> None:
        if output is None:
            self.stdout.write(export().decode(), ending="")
            return
        try:
            output.write_bytes(export())
        except OSError as error:
            raise CommandError(str(error)) from error
