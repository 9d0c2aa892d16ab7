"""Copy and replacement of the media (pictures, documents, attachments), in a folder or an object store."""

import contextlib
from pathlib import Path

from django.core.files.storage import storages

from common.media import Folder
from operations.services.media_in_folder import InFolder
from operations.services.media_in_store import InStore
from operations.services.media_names import is_media_name

# Folder of the media in a backup.
FOLDER = "media"


def place() -> InFolder | InStore:
    """Returns the place of the media of this environment."""
    return InFolder() if isinstance(storages["default"], Folder) else InStore()


def copy_to(folder: Path) -> list[Path]:
    """Copies all media to `folder`; returns their paths there. Files erased meanwhile are left out."""
    source, copies = place(), []
    for name in source.names():
        copy = folder / FOLDER / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            source.fetch(name, copy)
            copies.append(copy)
    return copies


def is_in_backup(file: str) -> bool:
    """Returns whether `file`, of a backup, is a valid media file."""
    folder, _slash, name = file.partition("/")
    return folder == FOLDER and is_media_name(name)


def names_of(files: list[str]) -> list[str]:
    """Returns the media names of the `files` of a backup."""
    return [name.removeprefix(f"{FOLDER}/") for name in files]


def replaced(folder: Path, files: list[str]) -> contextlib.AbstractContextManager[None]:
    """Replaces the media with the `files` of the backup in `folder`; restores the former ones if the block raises."""
    return place().replaced(folder / FOLDER, names_of(files))
