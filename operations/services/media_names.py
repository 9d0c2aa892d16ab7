"""Names of the media in a backup: validation, and opening without following links."""

import errno
import io
import os
import stat
from pathlib import Path

# Working folders of a restore, inside the media folder, which may be a volume that cannot be renamed. Partially and
# completely moved content have different names, so that an interrupted restore can be undone.
STAGED, MOVING, ASIDE = ".restoring", ".moving", ".before-restore"
# Neither replaced nor set aside by a restore. `lost+found` belongs to the file system of a volume.
NOT_OURS = (STAGED, MOVING, ASIDE, "lost+found")


def is_media_name(name: str) -> bool:
    """Returns whether `name` is a path inside the media folder, outside of the working folders of a restore.

    Names of media begin with a folder such as `documents`, never with a dot.
    """
    parts = name.split("/")
    if parts[0].startswith(".") or parts[0] in NOT_OURS:
        return False
    return "\0" not in name and not {"", ".", ".."} & {*parts}


def open_below(folder: Path, name: str) -> io.BufferedReader:
    """Opens the regular file `name` below `folder` without following links. Raises `OSError`."""
    *parents, last = name.split("/")
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parents:
            child = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = child
        # A named pipe would otherwise block until it has a writer.
        file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
    finally:
        os.close(descriptor)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file", name)
    return os.fdopen(file, "rb")
