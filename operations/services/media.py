"""Copy and replacement of the files that people added, wherever they lie: pictures, documents, attachments."""

import contextlib
from pathlib import Path

from django.core.files.storage import storages

from common.media import Folder
from operations.services.media_in_folder import InFolder
from operations.services.media_in_store import InStore
from operations.services.media_names import is_media_name

# Of a backup.
FOLDER = "media"


def place() -> InFolder | InStore:
    """Returns where the files of this environment lie."""
    return InFolder() if isinstance(storages["default"], Folder) else InStore()


def copy_to(folder: Path) -> list[Path]:
    """Copies all files into `folder`; returns their paths there. One that is erased meanwhile is left out."""
    source, copies = place(), []
    for name in source.names():
        copy = folder / FOLDER / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            source.fetch(name, copy)
            copies.append(copy)
    return copies


def is_in_backup(file: str) -> bool:
    """Returns whether `file`, of a backup, is a file of the media that may be restored."""
    folder, _slash, name = file.partition("/")
    return folder == FOLDER and is_media_name(name)


def names_of(files: list[str]) -> list[str]:
    """Returns the names on the site of the `files` of a backup."""
    return [name.removeprefix(f"{FOLDER}/") for name in files]


def replaced(folder: Path, files: list[str]) -> contextlib.AbstractContextManager[None]:
    """The `files` of the backup in `folder`, and no others; what was there comes back if the block raises."""
    return place().replaced(folder / FOLDER, names_of(files))
