"""Manifest of a backup: content, checksums, and the code and keys that it needs.

It is written last: a folder without manifest is an interrupted backup.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.crypto import constant_time_compare, salted_hmac

from common import hashing
from operations.errors import RestoreRefused
from operations.queries import applied_migrations, is_too_old, version
from operations.services import media
from operations.services.media_names import open_below

NAME = "manifest.json"
FORMAT = "comite-backup-1"
# Names, without values, of the settings that a restored site needs, if this site has them.
SECRETS = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "HASH_KEY", "HASH_KEY_FALLBACKS")
OTHER_SECRETS = ("EMAIL_HOST_PASSWORD", "MAIL_INBOX_URL", "OIDC_CLIENT_SECRET")


@dataclass(frozen=True)
class Manifest:
    """Manifest of a backup."""

    made_at: str
    version: str
    # Database vendor: "sqlite" or "postgresql".
    database: str
    # Last migration of each app, and all of them.
    last_migrations: dict[str, str]
    migrations: list[str]
    # Number of rows per table.
    tables: dict[str, int]
    # SHA-256 by path in the folder.
    files: dict[str, str]
    # Names of the settings needed to use it, each with a keyed hash to recognise its value (None: no hash).
    secrets: dict[str, str | None]
    format: str = FORMAT

    def write(self, folder: Path) -> None:
        values = asdict(self)
        # Plain ASCII: a file name may contain bytes that are not valid text.
        text = json.dumps(values | {"checksum": _checksum(values)}, indent=1, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Reads the manifest of `folder`. Raises `RestoreRefused` if there is none, or if it is invalid."""
        try:
            values = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RestoreRefused(f"{folder} holds no {NAME}: it is no backup, or making it was interrupted.") from error
        except (OSError, ValueError) as error:
            raise RestoreRefused(f"{folder / NAME} cannot be read: {error}") from error
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise RestoreRefused(f"{folder / NAME} is not that of a backup of this site ({FORMAT}).")
        if values.pop("checksum", None) != _checksum(values):
            raise RestoreRefused(f"{folder / NAME} was changed: its checksum is not the one that it says.")
        try:
            return cls(**values)
        except TypeError as error:
            raise RestoreRefused(f"{folder / NAME} says other things than a manifest of this code does.") from error

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def refuse_if_damaged(self, folder: Path, *, database: str) -> None:
        """Compares every file with its checksum. Raises `RestoreRefused` for a missing or different one.

        File names are checked first: a forged manifest must not make a restore read or write elsewhere.
        """
        if database not in self.files:
            raise RestoreRefused(f"The backup is damaged: it names no {database}.")
        for name in self.files:
            if name != database and not media.is_in_backup(name):
                raise RestoreRefused(f"The backup names a file outside of its media: {name!a}")
        for name, checksum in self.files.items():
            try:
                actual = file_checksum(folder, name)
            except OSError as error:
                reason = f"{error.strerror}; links are not followed"
                raise RestoreRefused(f"The backup is damaged: {name!a} cannot be read ({reason}).") from error
            if actual != checksum:
                raise RestoreRefused(f"The backup is damaged: {name} is not what was backed up.")

    def refuse_if_foreign(self) -> None:
        """Raises `RestoreRefused` for another database vendor, or a backup by newer code."""
        if self.database != connection.vendor:
            raise RestoreRefused(f"This is a backup of {self.database}, and the database here is {connection.vendor}.")
        if is_too_old((app, name) for app, _dot, name in (migration.partition(".") for migration in self.migrations)):
            raise RestoreRefused(
                f"This backup is of version {self.version}, older than 1.1.0: restore it with version 1.1.0, run its "
                "migrations, and back up again with it."
            )
        # The migrations of 1.1.0 replaced others, whose names this code does not know.
        last = {f"{app}.{name}" for app, name in self.last_migrations.items()}
        if unknown := sorted(last - known_migrations()):
            raise RestoreRefused(
                f"This backup is of version {self.version}, and this code is {version()}: it does not know "
                f"{len(unknown)} of its migrations ({', '.join(unknown[:3])}). Install that version first."
            )

    def warning(self) -> str:
        """Returns a warning if keys are missing here or have another value; "" otherwise."""
        missing = [name for name in SECRETS if name in self.secrets and not self._has(name)]
        if not missing:
            return ""
        return (
            f"{', '.join(missing)} of the backup is not here. Second factors, links of mails, addresses that refuse "
            "mail and erasures are known by it: set it, then run apply_erasures."
        )

    def _has(self, name: str) -> bool:
        mark = self.secrets[name] or ""
        return any(constant_time_compare(mark, _mark(key, self.made_at)) for key in hashing.known_keys())


def describe(*, folder: Path, files: Iterable[Path], tables: dict[str, int], now: datetime) -> Manifest:
    """Returns the manifest of a backup whose `files` are in `folder`."""
    applied = sorted(applied_migrations())
    on_disk = MigrationLoader(None).disk_migrations
    made_at = now.isoformat()
    names = [path.relative_to(folder).as_posix() for path in files]
    return Manifest(
        made_at=made_at,
        version=version(),
        database=connection.vendor,
        # Replaced migrations are also recorded as applied.
        last_migrations=dict(migration for migration in applied if migration in on_disk),
        migrations=[f"{app}.{name}" for app, name in applied],
        tables=tables,
        files={name: file_checksum(folder, name) for name in names},
        secrets=dict(_secrets(made_at)),
    )


def known_migrations() -> set[str]:
    """Returns the migrations of this code, and those replaced by them."""
    on_disk = MigrationLoader(None).disk_migrations
    replaced = {replaced_migration for migration in on_disk.values() for replaced_migration in migration.replaces}
    return {f"{app}.{name}" for app, name in {*on_disk, *replaced}}


def file_checksum(folder: Path, name: str) -> str:
    """Returns the SHA-256 of the file `name` below `folder`. Raises `OSError`, also for a link."""
    with open_below(folder, name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _secrets(made_at: str) -> Iterable[tuple[str, str | None]]:
    for name in SECRETS:
        value = getattr(settings, name)
        if value:
            yield name, _mark(value if isinstance(value, str) else value[0], made_at)
    for name in OTHER_SECRETS:
        if getattr(settings, name, ""):
            yield name, None


def _mark(key: str, made_at: str) -> str:
    """Returns a keyed hash that identifies `key`. A key as long as ours cannot be guessed from it."""
    return salted_hmac("operations.backup", made_at, secret=key, algorithm="sha256").hexdigest()


def _checksum(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
