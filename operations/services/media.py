"""Copy and replacement of the files that people added: pictures, documents, attachments."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FOLDER = "media"
# Inside the folder of the media, which may be a volume that cannot be renamed; no name of ours begins with a point.
STAGED, ASIDE = ".restoring", ".before-restore"
NOT_OURS = (STAGED, ASIDE, "lost+found")


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def files() -> list[Path]:
    """Returns what is there. Neither links nor what an interrupted restore left."""
    return [path for path in sorted(root().rglob("*")) if path.is_file() and not path.is_symlink() and _is_ours(path)]


def copy_to(folder: Path) -> list[Path]:
    """Copies all files into `folder`; returns their paths there. One that is erased meanwhile is left out."""
    copies = []
    for path in files():
        copy = folder / FOLDER / path.relative_to(root())
        copy.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(path, copy)
            copies.append(copy)
    return copies


@contextlib.contextmanager
def replaced(folder: Path, names: list[str]) -> Iterator[None]:
    """The files `names` of the backup in `folder`, and no others; what was there comes back if the block raises."""
    root().mkdir(parents=True, exist_ok=True)
    staged, aside = root() / STAGED, root() / ASIDE
    try:
        with contextlib.ExitStack() as undo:
            for path in (staged, aside):
                shutil.rmtree(path, ignore_errors=True)
                path.mkdir()
            for name in names:
                copy = staged / Path(name).relative_to(FOLDER)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, copy)
            undo.callback(_move_all, aside, root())
            _move_all(root(), aside)
            undo.callback(_empty, root())
            _move_all(staged, root())
            yield
            undo.pop_all()
    finally:
        for path in (staged, aside):
            shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    return path.relative_to(root()).parts[0] not in NOT_OURS


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name not in NOT_OURS]


def _move_all(source: Path, target: Path) -> None:
    for path in _entries(source):
        path.rename(target / path.name)


def _empty(folder: Path) -> None:
    for path in _entries(folder):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
