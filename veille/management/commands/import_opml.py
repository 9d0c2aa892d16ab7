"""`manage.py import_opml FILE`: see docs/watch.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from veille.errors import OutlineRefused
from veille.services.outlines import MAX_BYTES, import_outline, read_outline


class Command(BaseCommand):
    help = "Adds the sources of an OPML file. Importing twice gives the same result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("OPML file"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object to the standard output"))
        parser.add_argument("--dry-run", action="store_true", help=_("check and count, and write nothing"))

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        """Imports the file. Refusals and lines left out also go to stderr, so that stdout stays one JSON object."""
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            result = (read_outline if dry_run else import_outline)(content)
        except (OSError, OutlineRefused) as error:
            raise CommandError(str(error)) from error
        for line in result.refused:
            self.stderr.write(f"{line.url}: {line.reason}", style_func=str)
        for name in result.without_address:
            self.stderr.write(_("%(name)s: no address of a feed, left out.") % {"name": name}, style_func=str)
        for url in result.repeated:
            self.stderr.write(_("%(url)s: several times in the file, counted once.") % {"url": url}, style_func=str)
        counts = {"created": len(result.created), "unchanged": len(result.unchanged)}
        if options["json"]:
            refused = [{"name": line.name, "url": line.url, "reason": line.reason} for line in result.refused]
            self.stdout.write(json.dumps({**counts, "refused": refused}, ensure_ascii=False))
        else:
            self.stdout.write(
                _("%(created)d created, %(unchanged)d unchanged, %(refused)d refused.")
                % {**counts, "refused": len(result.refused)}
            )
