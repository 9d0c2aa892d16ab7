"""`manage.py drill FOLDER`: shows whether a backup can be restored, without touching the site."""

import logging
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from operations.errors import RestoreRefused
from operations.services.manifest import NAME
from operations.services.restore import drill
from operations.services.stopping import stopped_as_by_hand

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Restores the database of a backup into a scratch database, counts and verifies rows and files, and drops it. "
        "The site is not touched, and may run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup, or the folder of all backups: the newest is tried")

    def handle(self, *args, **options) -> None:
        """Runs the drill. Failures are logged too, so that the operator gets them by mail like all errors."""
        try:
            self._drill(_newest(options["folder"].absolute()))
        except Exception as error:
            logger.error("the drill failed: %s", error)
            raise

    def _drill(self, folder: Path) -> None:
        try:
            with stopped_as_by_hand():
                manifest = drill(folder=folder)
        except (RestoreRefused, OSError, DatabaseError) as error:
            raise CommandError(f"{folder} cannot be restored here: {error} The site was not touched.") from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. The site was not touched.") from stop
        if warning := manifest.warning():
            self.stderr.write(f"WARNING: {warning}")
        self.stdout.write(
            f"{folder}, of {manifest.moment:%Y-%m-%d %H:%M %Z}, can be restored: {sum(manifest.tables.values())} rows "
            f"of {len(manifest.tables)} tables and {len(manifest.files) - 1} files of the media are as backed up."
        )


def _newest(folder: Path) -> Path:
    """Returns `folder` if it is a backup, otherwise the newest backup in it, if any."""
    if (folder / NAME).exists():
        return folder
    manifests = folder.glob(f"*/{NAME}")
    return max(manifests, key=lambda path: path.stat().st_mtime, default=folder / NAME).parent
