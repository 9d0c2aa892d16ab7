"""Names of the files of a backup: which ones are files of the site, and how they are read without following links."""

import errno
import io
import os
import stat
from pathlib import Path

# Where a restore works, inside the folder of the media, which may be a volume that cannot be renamed. What is half
# moved has another name than what is whole, so that a restore that was killed can be taken back.
STAGED, MOVING, ASIDE = ".restoring", ".moving", ".before-restore"
# Neither replaced nor set aside by a restore. `lost+found` belongs to the file system of a volume.
NOT_OURS = (STAGED, MOVING, ASIDE, "lost+found")


def is_media_name(name: str) -> bool:
    """Returns whether `name` stays below the folder of the media, and out of what a restore sets aside there.

    A name of the site begins with a folder such as `documents`, never with a point.
    """
    parts = name.split("/")
    if parts[0].startswith(".") or parts[0] in NOT_OURS:
        return False
    return "\0" not in name and not {"", ".", ".."} & {*parts}


def open_below(folder: Path, name: str) -> io.BufferedReader:
    """Opens the regular file `name` below `folder`, following no link on the way. Raises `OSError`."""
    *parents, last = name.split("/")
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parents:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        # A pipe would otherwise wait for somebody who writes.
        file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file", name)
    return os.fdopen(file, "rb")
