"""Backup of the whole site to a folder: database, media, manifest, and list of erased accounts."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts.services.erasure import append_to_erasure_list, list_erasures
from mailing.ticking import beat
from operations.errors import BackupRefused
from operations.queries import BACKUP
from operations.services import databases, manifest, media

# Backups hold personal data: only their owner may read them.
PRIVATE = 0o700


@dataclass(frozen=True)
class BackupSummary:
    """Summary of a backup."""

    rows: int
    tables: int
    media: int
    bytes: int
    warnings: list[str]


def back_up(*, folder: Path, now: datetime) -> BackupSummary:
    """Writes a backup of the running site to `folder`, which is new or empty.

    The database comes first: files added meanwhile are superfluous, and files erased meanwhile are no longer needed.
    The manifest comes last, so that an interrupted backup is not valid. Raises `BackupRefused`, or `OSError` for a disk
    error; then the folder is as before.
    """
    files_of_site = media.place()
    if files_of_site.holds(folder):
        raise BackupRefused(f"{folder} lies among the media, which readers reach: take another one.")
    engine = databases.engine()
    if engine.has_content_aside() or files_of_site.has_media_aside():
        raise BackupRefused("A restore was stopped on its way here: run it again with --force first.")
    is_new = not folder.exists()
    if not is_new and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupRefused(f"{folder} is not empty: each backup has a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(PRIVATE)
    try:
        append_to_erasure_list(list_erasures())
        tables = engine.dump(folder)
        files = [folder / engine.file, *media.copy_to(folder)]
        manifest.describe(folder=folder, files=files, tables=tables, now=now).write(folder)
    except BaseException:
        _empty(folder, remove=is_new)
        raise
    beat(name=BACKUP, now=now)
    size = sum(path.stat().st_size for path in files)
    warnings = files_of_site.left_out()
    if warning := engine.warning():
        warnings.append(f"{folder / engine.file} was {warning}")
    return BackupSummary(
        rows=sum(tables.values()), tables=len(tables), media=len(files) - 1, bytes=size, warnings=warnings
    )


def _empty(folder: Path, *, remove: bool) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if remove:
        folder.rmdir()
