"""`manage.py export_decidim FOLDER`: see docs/import.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from decidim.services.exporter import export_folder


class Command(BaseCommand):
    help = "Writes the calls, proposals and comments that anyone may read as the four files of a Decidim export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help=_("folder to write into; files of the same name are replaced"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object to the standard output"))

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            written = export_folder(folder)
        except OSError as error:
            raise CommandError(
                _("%(folder)s cannot be written (%(error)s).") % {"folder": folder, "error": error.strerror}
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(written))
        else:
            for name, rows in written.items():
                self.stdout.write(_("%(file)s: %(rows)d rows") % {"file": name, "rows": rows})
