"""`manage.py restore FOLDER`: replaces the database and the media of this environment with a backup."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from operations.errors import RestoreRefused
from operations.services.restore import Restored, is_unfinished, restore
from operations.services.stopping import stopped_as_by_hand

UNCHANGED = "Nothing was restored, what was there is as it was."
UNFINISHED = (
    "The restore did not end, and what was there could not be put back: it stands aside. Leave web, worker and beat "
    "stopped, and run restore again with --force."
)
UNKNOWN = (
    "The database or the store of the files does not answer, so nobody can say what is in place. When they do, "
    "`manage.py check --database default` says whether restore has to be run again."
)


class Command(BaseCommand):
    help = "Restores what backup wrote into FOLDER. Stop web, worker and beat first."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a database that has tables, and media")
        parser.add_argument("--erasures", type=Path, help="a further list of erasures, written by list_erasures")

    def handle(self, *args, **options) -> None:
        try:
            lines = options["erasures"].read_text(encoding="utf-8").splitlines() if options["erasures"] else []
            with stopped_as_by_hand():
                result = restore(
                    folder=options["folder"].absolute(), force=options["force"], lines=lines, now=timezone.now()
                )
        except RestoreRefused as refusal:
            raise CommandError(f"{refusal} {self._state()}") from refusal
        except ValueError as error:
            raise CommandError(f"This line is none of list_erasures: {error}. {self._state()}") from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"{error} {self._state()}") from error
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped. {self._state()}") from stop
        self._write_summary(result)

    def _state(self) -> str:
        """Returns the state after a failure. It is checked: no rollback is possible if the database has gone away."""
        try:
            return UNFINISHED if is_unfinished() else UNCHANGED
        except (OSError, DatabaseError):
            return UNKNOWN

    def _write_summary(self, result: Restored) -> None:
        for line in (
            f"Restored the backup of {result.made_at:%Y-%m-%d %H:%M %Z}.",
            f"{result.rows} rows of {result.tables} tables, {result.media} files of the media; "
            "the search is built anew.",
            f"{result.sessions} sessions ended.",
            f"{result.erased} accounts erased again.",
            f"{result.held} e-mails held: release or cancel them at /admin/envois-actions/restauration/.",
        ):
            self.stdout.write(line)
        if result.warning:
            self.stderr.write(f"WARNING: {result.warning}")
