"""Media in an object store, where objects cannot be moved: a restore copies those that it replaces.

A marker object means that the copies are complete. While it exists, the copies are the former state; without it, the
objects in place are. A restore killed at any point can thus be undone.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from common.media import MediaUnavailable
from operations.services.media_names import is_media_name, open_below

if TYPE_CHECKING:
    from common.object_store import ObjectStore

# Media names never begin with a dot.
COPIES, WHOLE = ".before-restore/", ".before-restore.whole"
LONGEST_KEY = 1024


class InStore:
    """Media in the bucket `S3_BUCKET`."""

    @property
    def store(self) -> "ObjectStore":
        return storages["default"]  # type: ignore[return-value]

    def __str__(self) -> str:
        return f"{self.store.endpoint_url}/{self.store.bucket_name}"

    def names(self) -> list[str]:
        """Returns the names of the media, without leftovers of an interrupted restore."""
        return sorted(name for name in self._ours() if is_media_name(name))

    def left_out(self) -> list[str]:
        """Returns a message for each object excluded from backups: its name cannot be a file (folder marker, etc.)."""
        strange = sorted(name for name in self._ours() if not is_media_name(name))
        return [f"{self}: {name!r} cannot be a file, and is not in the backup." for name in strange]

    def holds(self, folder: Path) -> bool:
        return False

    def unfit(self, names: list[str]) -> list[str]:
        """Returns the `names` that are not valid keys: not text, or too long."""
        return [name for name in names if not _is_text(name) or len(name.encode()) > LONGEST_KEY]

    def fetch(self, name: str, copy: Path) -> None:
        """Downloads the object `name` to `copy`. Raises `FileNotFoundError` if it was erased meanwhile."""
        self.store.download(name, copy)

    @contextlib.contextmanager
    def replaced(self, folder: Path, names: list[str]) -> Iterator[None]:
        """Replaces the media with the files `names` of `folder`; restores the former ones if the block raises."""
        self._forget_copies()
        before = list(self._ours())
        try:
            for name in before:
                self.store.copy(name, COPIES + name)
            self.store.save(WHOLE, ContentFile(b""))
            for name in {*before} - {*names}:
                self.store.delete_now(name)
            for name in names:
                with open_below(folder, name) as file:
                    self.store.upload(file, name)
            yield
        except BaseException:
            self.put_back()
            raise
        self.store.delete_now(WHOLE)
        self._forget_copies()

    def has_media_aside(self) -> bool:
        """Returns whether an interrupted restore has left copies of the former media.

        False if the store does not answer, so that pages are still served: the database is set aside as long as the
        media are.
        """
        try:
            return self.store.exists(WHOLE)
        except MediaUnavailable:
            return False

    def put_back(self) -> None:
        """Puts back the media copied by an interrupted restore, if any. Can be interrupted and repeated."""
        if self.store.exists(WHOLE):
            before = [copy.removeprefix(COPIES) for copy in self.store.names(COPIES)]
            for name in {*self._ours()} - {*before}:
                self.store.delete_now(name)
            for name in before:
                self.store.copy(COPIES + name, name)
            self.store.delete_now(WHOLE)
        self._forget_copies()

    def _ours(self) -> Iterator[str]:
        return (name for name in self.store.names() if name != WHOLE and not name.startswith(COPIES))

    def _forget_copies(self) -> None:
        for copy in list(self.store.names(COPIES)):
            self.store.delete_now(copy)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
