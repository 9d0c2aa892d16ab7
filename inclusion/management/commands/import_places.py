"""`manage.py import_places FILE`: see docs/places.md."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.tables import FileRefused
from inclusion.services.imports import import_places


class Command(BaseCommand):
    help = "Takes in the places of a file. Importing twice gives the same result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help=_("file in the layout of France services or in the national schema")
        )
        parser.add_argument("--json", action="store_true", help=_("write one JSON object to the standard output"))
        parser.add_argument("--dry-run", action="store_true", help=_("check and count, and write nothing"))

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Imports the file. Refusals also go to stderr, so that stdout stays one JSON object."""
        try:
            with file.open("rb") as opened:
                result = import_places(opened, now=timezone.now(), dry_run=dry_run)
        except (OSError, FileRefused) as error:
            raise CommandError(str(error)) from error
        for line in [*result.refused, *result.left_out]:
            message = _("Line %(line)d, %(identifier)s, %(name)s: %(reason)s") % asdict(line)
            self.stderr.write(message, style_func=str)
        for name in result.elsewhere:
            self.stderr.write(_("%(name)s: outside of our communes") % {"name": name}, style_func=str)
        counts = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
        counts |= {"refused": len(result.refused), "left": len(result.gone)}
        if options["json"]:
            named = {"refusals": [asdict(line) for line in result.refused]}
            named["left_out"] = [asdict(line) for line in result.left_out]
            named_places = {"new_names": result.new, "elsewhere_names": result.elsewhere, "left_names": result.gone}
            self.stdout.write(json.dumps({**counts, **named, **named_places}, ensure_ascii=False))
        else:
            message = _(
                "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d refused, "
                "%(left)d left the list."
            )
            self.stdout.write(message % counts)
