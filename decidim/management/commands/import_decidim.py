"""`manage.py import_decidim FOLDER`: see docs/import.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from decidim.errors import ExportError
from decidim.services.importer import MAX_CALLS, import_folder


class Command(BaseCommand):
    help = "Imports the open-data export of a Decidim platform. Importing twice gives the same result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help=_("folder that holds the four CSV files"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object to the standard output"))
        parser.add_argument("--dry-run", action="store_true", help=_("check and count, then undo everything"))
        parser.add_argument(
            "--max-calls", type=int, default=MAX_CALLS, help=_("number of new calls that the proposals may need")
        )
        parser.add_argument("--refusals", type=Path, metavar="FILE", help=_("write the refused rows to this CSV file"))

    def handle(self, *args: Any, folder: Path, dry_run: bool, refusals: Path | None, **options: Any) -> None:
        """Runs the import. Progress and refusals go to standard error, so that standard output is one object."""
        started = monotonic()
        try:
            report = import_folder(
                folder,
                now=timezone.now(),
                progress=self.stderr_line,
                dry_run=dry_run,
                max_calls=options["max_calls"],
            )
        except ExportError as error:
            raise CommandError(str(error)) from error
        for refusal in report.refusals:
            self.stderr_line(str(refusal))
        if refusals:
            try:
                refusals.write_text("".join(report.csv_lines()), encoding="utf-8", newline="")
            except OSError as error:
                raise CommandError(
                    _("%(file)s cannot be written (%(error)s).") % {"file": refusals, "error": error.strerror}
                ) from error
        figures = report.as_dict()
        self.stderr_line(_("Done in %(seconds).1f s.") % {"seconds": monotonic() - started})
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write(
                _("%(created)d created, %(unchanged)d unchanged, %(refused)d refused.")
                % {**figures, "refused": sum(len(file.refusals) for file in report.files)}
            )

    def stderr_line(self, line: str) -> None:
        """Writes at once and without colour: progress is not an error."""
        self.stderr.write(line, style_func=str)
        self.stderr.flush()
