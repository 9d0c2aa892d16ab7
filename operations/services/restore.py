"""Restore of a backup into the database and the media of this environment: all of it, or nothing."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import DatabaseError, transaction

from accounts.services.erasure import apply_erasures, kept_apart, list_erasures
from accounts.services.sessions import end_every_session
from mailing import restored
from operations.errors import RestoreRefused
from operations.services import databases, media
from operations.services.manifest import Manifest
from operations.services.shared_media import mark_restored


@dataclass(frozen=True)
class Restored:
    """What was done, for who typed the command."""

    made_at: datetime
    rows: int
    tables: int
    media: int
    held: int
    erased: int
    sessions: int
    missing_secrets: list[str]


def restore(*, folder: Path, force: bool, lines: Iterable[str] = (), now: datetime) -> Restored:
    """Puts what is in `folder` in the place of the database and the media.

    Without `force`, only into a database without tables and a folder without files. What is damaged, of another kind of
    database or of newer code is refused before anything is touched; when something fails later, what was there comes
    back.

    Afterwards the migrations of this code have run, mails wait for a person (`mailing.restored`), nobody is signed in,
    the search is built anew, and accounts are erased again that were erased since: those that the database which is
    replaced knows, those of the list beside it (`ERASURES_DIR`), and those of `lines`, written by `list_erasures`.

    Where a restore was killed on its way, what was there before it is put back first: it asks for `force` too.

    Limits stay as they were at the backup: each ends at its own time. Raises `RestoreRefused`, and `OSError` or
    `DatabaseError` when the disk or the database does not take it.
    """
    manifest = Manifest.read(folder)
    engine = databases.engine()
    names = [name for name in manifest.files if name != engine.file]
    _refuse_if_wrong(manifest, engine, folder)
    if unfit := media.place().unfit(media.names_of(names)):
        raise RestoreRefused(f"{media.place()} takes no file of this name: {unfit[0]!a} ({len(unfit)} in all).")
    if not force:
        _refuse_if_used()
    _put_back(engine)
    known = {*lines, *kept_apart(), *_erased_until_now()}
    with engine.replaced(folder), media.replaced(folder, names):
        _forget_what_was_read()
        _refuse_if_different(manifest)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            held = restored.hold_all(made_at=manifest.moment)
            sessions = end_every_session()
            erased = apply_erasures(lines=known, now=now)
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
        missing_secrets=manifest.missing_secrets(),
    )


def _refuse_if_wrong(manifest: Manifest, engine: databases.Engine, folder: Path) -> None:
    """Raises `RestoreRefused` if what is in `folder` cannot be restored here, whatever is here."""
    manifest.refuse_if_foreign()
    manifest.refuse_if_damaged(folder, database=engine.file)
    engine.refuse_if_unusable(folder)
    if media.place().holds(folder):
        raise RestoreRefused(f"{folder} lies among the media, which are replaced: move it elsewhere first.")


def _refuse_if_different(manifest: Manifest) -> None:
    """Raises `RestoreRefused` if the database has not the rows that the manifest counts."""
    found = databases.count_rows()
    different = sorted(name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name))
    if different:
        raise RestoreRefused(f"The restored database is not the one that was backed up: {', '.join(different)}.")


def is_unfinished() -> bool:
    """Says whether a restore was killed on its way here, so that neither what was there nor the backup is in place."""
    return databases.engine().stands_aside() or media.place().stands_aside()


def _put_back(engine: databases.Engine) -> None:
    """Puts back what stood before a restore that was killed here."""
    engine.put_back()
    media.place().put_back()


def _refuse_if_used() -> None:
    """Raises `RestoreRefused` if there is anything that a restore would replace."""
    if is_unfinished():
        raise RestoreRefused("A restore did not end here. --force puts back what was there, and begins anew.")
    if tables := databases.table_names():
        raise RestoreRefused(f"The database has {len(tables)} tables already. --force replaces them.")
    if names := media.place().names():
        raise RestoreRefused(f"{media.place()} holds {len(names)} files already. --force replaces them.")


def _erased_until_now() -> list[str]:
    """What the database that is replaced knows of erasures; nothing if it is empty, or older than they are."""
    with contextlib.suppress(DatabaseError):
        return list(list_erasures())
    return []


def _forget_what_was_read() -> None:
    """Empties what this process remembers of the rows that were there before."""
    ContentType.objects.clear_cache()
    caches["local"].clear()
