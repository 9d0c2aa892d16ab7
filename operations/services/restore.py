"""Restore of a backup into the database and media of this environment: all or nothing."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import DatabaseError, transaction

from accounts.services.erasure import apply_erasures, list_erasures, read_erasure_list
from accounts.services.sessions import end_every_session
from mailing import restored
from operations.errors import RestoreRefused
from operations.services import databases, media
from operations.services.manifest import Manifest
from operations.services.shared_media import mark_restored


@dataclass(frozen=True)
class Restored:
    """Summary of a restore, for the operator."""

    made_at: datetime
    rows: int
    tables: int
    media: int
    held: int
    erased: int
    sessions: int
    warning: str


def restore(*, folder: Path, force: bool, lines: Iterable[str] = (), now: datetime) -> Restored:
    """Replaces the database and the media with the backup in `folder`.

    Without `force`, requires a database without tables and a media folder without files. A damaged backup, one of
    another database vendor or by newer code is refused before any change; after a later error, the former content is
    put back.

    Afterwards the migrations of this code have run, mails are held (`mailing.restored`), all sessions are closed, the
    search index is rebuilt, and accounts erased since the backup are erased again: those recorded in the replaced
    database, in the list outside of it (`ERASURES_DIR`), and in `lines`, the output of `list_erasures`.

    After an interrupted restore, the former content is put back first; this also needs `force`.

    Rate limits remain as in the backup: each ends at its own time. Raises `RestoreRefused`, and `OSError` or
    `DatabaseError` for an error of the disk or database.
    """
    manifest = Manifest.read(folder)
    engine = databases.engine()
    names = [name for name in manifest.files if name != engine.file]
    _refuse_if_wrong(manifest, engine, folder)
    if not force:
        _refuse_if_used()
    _put_back(engine)
    erased_hashes = {*lines, *read_erasure_list(), *_erased_until_now()}
    with engine.replaced(folder), media.replaced(folder, names):
        _load(manifest)
        with transaction.atomic():
            held = restored.hold_all(made_at=manifest.moment)
            sessions = end_every_session()
            erased = apply_erasures(lines=erased_hashes, now=now)
        cache.clear()
        call_command("rebuild_modelsearch_index", verbosity=0)
        mark_restored()
    return Restored(
        made_at=manifest.moment,
        rows=sum(manifest.tables.values()),
        tables=len(manifest.tables),
        media=len(names),
        held=held,
        erased=erased,
        sessions=sessions,
        warning=manifest.warning(),
    )


def drill(*, folder: Path) -> Manifest:
    """Restores the database of the backup in `folder` into a scratch database, which is dropped; returns the manifest.

    Checks all that `restore` checks, the checksums of the media too, which are not copied. Database and media of the
    site are not touched. Raises `RestoreRefused`, `OSError` or `DatabaseError` if the backup cannot be restored here.
    """
    manifest = Manifest.read(folder)
    engine = databases.engine()
    _refuse_if_wrong(manifest, engine, folder)
    try:
        with engine.scratch(), engine.replaced(folder):
            _load(manifest)
    finally:
        _forget_what_was_read()
    return manifest


def _refuse_if_wrong(manifest: Manifest, engine: databases.Engine, folder: Path) -> None:
    """Raises `RestoreRefused` if the backup in `folder` cannot be restored here, whatever the current content."""
    manifest.refuse_if_foreign()
    manifest.refuse_if_damaged(folder, database=engine.file)
    engine.refuse_if_unusable(folder)
    if media.place().holds(folder):
        raise RestoreRefused(f"{folder} lies among the media, which are replaced: move it elsewhere first.")
    names = media.names_of([name for name in manifest.files if name != engine.file])
    if unfit := media.place().unfit(names):
        raise RestoreRefused(f"{media.place()} takes no file of this name: {unfit[0]!a} ({len(unfit)} in all).")


def _load(manifest: Manifest) -> None:
    """Compares the rows of the loaded database with the manifest, and runs the migrations of this code."""
    _forget_what_was_read()
    _refuse_if_different(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _refuse_if_different(manifest: Manifest) -> None:
    """Raises `RestoreRefused` if the row counts of the database differ from the manifest."""
    counts = databases.count_rows()
    different = sorted(name for name in {*counts, *manifest.tables} if counts.get(name) != manifest.tables.get(name))
    if different:
        raise RestoreRefused(f"The restored database is not the one that was backed up: {', '.join(different)}.")


def is_unfinished() -> bool:
    """Returns whether a restore was interrupted, so that neither the former content nor the backup is in place."""
    return databases.engine().has_content_aside() or media.place().has_media_aside()


def _put_back(engine: databases.Engine) -> None:
    """Puts back the content set aside by an interrupted restore."""
    engine.put_back()
    media.place().put_back()


def _refuse_if_used() -> None:
    """Raises `RestoreRefused` if there is any content to replace."""
    if is_unfinished():
        raise RestoreRefused("A restore did not end here. --force puts back what was there, and begins anew.")
    if tables := databases.table_names():
        raise RestoreRefused(f"The database has {len(tables)} tables already. --force replaces them.")
    if names := media.place().names():
        raise RestoreRefused(f"{media.place()} holds {len(names)} files already. --force replaces them.")


def _erased_until_now() -> list[str]:
    """Returns the erasures recorded in the database to be replaced; none if it is empty or too old to have them."""
    with contextlib.suppress(DatabaseError):
        return list(list_erasures())
    return []


def _forget_what_was_read() -> None:
    """Clears the caches of this process after the rows have been replaced."""
    ContentType.objects.clear_cache()
    caches["local"].clear()
