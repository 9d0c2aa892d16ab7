"""Media in a folder: copied from it, and replaced as a whole."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from operations.services.media_names import ASIDE, MOVING, NOT_OURS, STAGED, is_media_name, open_below


class InFolder:
    """Media in `MEDIA_ROOT`."""

    @property
    def root(self) -> Path:
        return Path(settings.MEDIA_ROOT)

    def __str__(self) -> str:
        return str(self.root)

    def names(self) -> list[str]:
        """Returns the names of the media, without links and leftovers of an interrupted restore."""
        return [name for name in self._files() if is_media_name(name)]

    def left_out(self) -> list[str]:
        """Returns a message for each file excluded from backups: links and hidden files."""
        links = [path for path in sorted(self.root.rglob("*")) if path.is_symlink() and self._is_ours(path)]
        hidden = [name for name in self._files() if not is_media_name(name)]
        return [
            *(f"{path} is a link, and is not in the backup." for path in links),
            *(f"{self.root / name} begins with a point, and is not in the backup." for name in hidden),
        ]

    def holds(self, folder: Path) -> bool:
        """Returns whether `folder` is inside the media, where a backup would include itself and be public."""
        return folder.resolve().is_relative_to(self.root.resolve())

    def unfit(self, names: list[str]) -> list[str]:
        """Returns the `names` that cannot be stored here: none."""
        return []

    def fetch(self, name: str, copy: Path) -> None:
        """Copies the file `name` to `copy`. Raises `FileNotFoundError` if it was erased meanwhile."""
        shutil.copyfile(self.root / name, copy)

    @contextlib.contextmanager
    def replaced(self, folder: Path, names: list[str]) -> Iterator[None]:
        """Replaces the media with the files `names` of `folder`; restores the former ones if the block raises."""
        self.root.mkdir(parents=True, exist_ok=True)
        staged, moving, aside = (self.root / name for name in (STAGED, MOVING, ASIDE))
        shutil.rmtree(staged, ignore_errors=True)
        try:
            for name in names:
                copy = staged / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                with open_below(folder, name) as source, copy.open("wb") as target:
                    shutil.copyfileobj(source, target)
            staged.mkdir(exist_ok=True)
            moving.mkdir()
            _move_all(self.root, moving)
            moving.rename(aside)
            _move_all(staged, self.root)
            yield
        except BaseException:
            self.put_back()
            raise
        # Rename first: a half deleted folder must never be put back.
        staged.rmdir()
        aside.rename(staged)
        shutil.rmtree(staged, ignore_errors=True)

    def has_media_aside(self) -> bool:
        """Returns whether an interrupted restore has left the former media aside."""
        return (self.root / MOVING).exists() or (self.root / ASIDE).exists()

    def put_back(self) -> None:
        """Puts back the media set aside by an interrupted restore, if any. Can be interrupted and repeated."""
        moving, aside = self.root / MOVING, self.root / ASIDE
        if aside.exists():
            _empty(self.root)
            aside.rename(moving)
        if moving.exists():
            _move_all(moving, self.root)
            moving.rmdir()
        shutil.rmtree(self.root / STAGED, ignore_errors=True)

    def _files(self) -> list[str]:
        own_paths = [path for path in sorted(self.root.rglob("*")) if not path.is_symlink() and self._is_ours(path)]
        return [path.relative_to(self.root).as_posix() for path in own_paths if path.is_file()]

    def _is_ours(self, path: Path) -> bool:
        return path.relative_to(self.root).parts[0] not in NOT_OURS


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name not in NOT_OURS]


def _move_all(source: Path, target: Path) -> None:
    for path in _entries(source):
        path.rename(target / path.name)


def _empty(folder: Path) -> None:
    for path in _entries(folder):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
