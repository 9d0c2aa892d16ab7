"""Copy and replacement of the files that people added: pictures, documents, attachments."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FOLDER = "media"
# Inside the folder of the media, which may be a volume that cannot be renamed; no name of ours begins with a point.
# What is half moved has another name than what is whole, so that a restore that was killed can be taken back.
STAGED, MOVING, ASIDE = ".restoring", ".moving", ".before-restore"
NOT_OURS = (STAGED, MOVING, ASIDE, "lost+found")


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def files() -> list[Path]:
    """Returns what is there. Neither links nor what an interrupted restore left."""
    return [path for path in sorted(root().rglob("*")) if path.is_file() and not path.is_symlink() and _is_ours(path)]


def links() -> list[Path]:
    """Returns the links, which no backup follows."""
    return [path for path in sorted(root().rglob("*")) if path.is_symlink() and _is_ours(path)]


def holds(folder: Path) -> bool:
    """Says whether `folder` lies among the media, where a backup would be copied into itself and could be read."""
    return folder.resolve().is_relative_to(root().resolve())


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
    staged, moving, aside = (root() / name for name in (STAGED, MOVING, ASIDE))
    shutil.rmtree(staged, ignore_errors=True)
    try:
        for name in names:
            copy = staged / Path(name).relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, copy)
        staged.mkdir(exist_ok=True)
        moving.mkdir()
        _move_all(root(), moving)
        moving.rename(aside)
        _move_all(staged, root())
        yield
    except BaseException:
        put_back()
        raise
    # Renamed first: what is half deleted must never be put back.
    staged.rmdir()
    aside.rename(staged)
    shutil.rmtree(staged, ignore_errors=True)


def stands_aside() -> bool:
    """Says whether a restore that did not end has left what was there before it."""
    return (root() / MOVING).exists() or (root() / ASIDE).exists()


def put_back() -> None:
    """Puts back what a restore that did not end has set aside, if there is any. May be stopped, and called again."""
    moving, aside = root() / MOVING, root() / ASIDE
    if aside.exists():
        _empty(root())
        aside.rename(moving)
    if moving.exists():
        _move_all(moving, root())
        moving.rmdir()
    shutil.rmtree(root() / STAGED, ignore_errors=True)


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
