"""The files of the site in an object store, where nothing can be moved: what a restore replaces is copied first.

A mark says that the copies are whole. As long as it is there, they are what the site was before; without it, what is in
place is. So a restore that was killed can be taken back, whenever that was.
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

# No name of ours begins with a point.
COPIES, WHOLE = ".before-restore/", ".before-restore.whole"
LONGEST_KEY = 1024


class InStore:
    """The bucket `S3_BUCKET`."""

    @property
    def store(self) -> "ObjectStore":
        return storages["default"]  # type: ignore[return-value]

    def __str__(self) -> str:
        return f"{self.store.endpoint_url}/{self.store.bucket_name}"

    def names(self) -> list[str]:
        """Returns what is there, without what an interrupted restore left."""
        return sorted(name for name in self._ours() if is_media_name(name))

    def left_out(self) -> list[str]:
        """Says what no backup takes: objects that could not be files, such as those that stand for a folder."""
        strange = sorted(name for name in self._ours() if not is_media_name(name))
        return [f"{self}: {name!r} cannot be a file, and is not in the backup." for name in strange]

    def holds(self, folder: Path) -> bool:
        return False

    def unfit(self, names: list[str]) -> list[str]:
        """Returns those of `names` that cannot be kept here: a key is a text, and not a long one."""
        return [name for name in names if not _is_text(name) or len(name.encode()) > LONGEST_KEY]

    def fetch(self, name: str, copy: Path) -> None:
        """Writes the object `name` to `copy`. Raises `FileNotFoundError` for one that was erased meanwhile."""
        self.store.download(name, copy)

    @contextlib.contextmanager
    def replaced(self, folder: Path, names: list[str]) -> Iterator[None]:
        """The files `names` of `folder`, and no others; what was there comes back if the block raises."""
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

    def stands_aside(self) -> bool:
        """Says whether a restore that did not end has left what was there before it.

        A store that does not answer is no reason to show no page: the database stands aside as long as the files do.
        """
        try:
            return self.store.exists(WHOLE)
        except MediaUnavailable:
            return False

    def put_back(self) -> None:
        """Puts back what a restore that did not end has copied, if anything. May be stopped, and called again."""
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
