"""`manage.py backup FOLDER`: writes a consistent backup of the whole site to a folder."""

import logging
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from operations.errors import BackupRefused
from operations.queries import TOO_OLD, applied_migrations, is_too_old, missing_migrations
from operations.services.backup import back_up
from operations.services.stopping import stopped_as_by_hand

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Backs up the database and the media of the running site into FOLDER, which is new or empty."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args, **options) -> None:
        """Makes the backup. Failures are logged too, so that the operator gets them by mail like all errors."""
        try:
            self._back_up(options["folder"].absolute())
        except Exception as error:
            logger.error("the backup failed: %s", error)
            raise

    def _back_up(self, folder: Path) -> None:
        os.umask(0o077)
        try:
            with stopped_as_by_hand():
                result = back_up(folder=folder, now=timezone.now())
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except DatabaseError as error:
            if is_too_old(applied_migrations()):
                raise CommandError(f"No backup was made. {TOO_OLD}") from error
            if not (missing := missing_migrations()):
                raise
            raise CommandError(
                f"No backup was made: the database lacks {missing} migrations of this code. Back up with the code that"
                " it is of, or run migrate first."
            ) from error
        except OSError as error:
            raise CommandError(f"No backup was made: {error}") from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped: no backup was made.") from stop
        for warning in result.warnings:
            self.stderr.write(f"WARNING: {warning}")
        self.stdout.write(
            f"{folder}: {result.rows} rows of {result.tables} tables, {result.media} files of the media, "
            f"{result.bytes} bytes"
        )
