"""Files that people added: where they lie, and the one answer that sends them.

They lie in a folder (`Folder`), or in a store of the protocol of S3 (`common.object_store`) if `S3_BUCKET` names one.
The browser asks the site for them either way, so that rights and headers are the same, and so is the content policy.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from common.models import UndeletedFile

logger = logging.getLogger(__name__)

# Of one part of a path, as disks take it.
LONGEST_NAME = 255
NO_SUCH_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation)


class MediaUnavailable(OSError):
    """The store of the files does not answer, or refuses: neither that a file is there nor that it is not is known."""


class Folder(FileSystemStorage):
    """The folder `MEDIA_ROOT`."""

    # A disk deletes at once or raises: nothing is left for later.
    delete_now = FileSystemStorage.delete

    def names(self, prefix: str) -> Iterator[str]:
        """Yields the names that begin with `prefix`, of files of one folder: `cards/pages-3.`."""
        folder, _slash, start = prefix.rpartition("/")
        root = Path(self.location)
        for path in sorted((root / folder).glob(f"{start}*")):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def names_in_use(prefix: str) -> Iterator[str]:
    """Yields the names that begin with `prefix`, wherever the files lie."""
    return default_storage.names(prefix)  # type: ignore[attr-defined] # both storages have it


def delete_undeleted(*, now: datetime) -> int:
    """Deletes the files that their store would not delete before; returns how many. Stops where it still does not."""
    deleted = 0
    for waiting in UndeletedFile.objects.filter(since__lte=now).order_by("since", "pk"):
        try:
            default_storage.delete_now(waiting.name)  # type: ignore[attr-defined] # both storages have it
        except MediaUnavailable as error:
            logger.warning("%s files still wait to be deleted: %s", UndeletedFile.objects.count(), error)
            break
        waiting.delete()
        deleted += 1
    return deleted


def served(
    request: HttpRequest, name: str, *, etag: str = "", headers: dict[str, str] | None = None, **options: Any
) -> HttpResponseBase:
    """Answers with the file `name`, from wherever the files lie, or says that the reader has it already (304).

    Who may read it was asked before. `etag` stands for its content; without one, the moment of its last change does.
    `options` are those of `FileResponse`. Raises `Http404` when there is no such file, and `MediaUnavailable` before
    anything is sent: no reader gets half a file.
    """
    headers = dict(headers or {})
    with found_or_404(name):
        changed = None
        if etag:
            headers["ETag"] = etag
        else:
            changed = int(default_storage.get_modified_time(name).timestamp())
            headers["Last-Modified"] = http_date(changed)
        response = get_conditional_response(request, etag=etag or None, last_modified=changed)
        if response is None:
            return FileResponse(default_storage.open(name), headers=headers, **options)
    for header, value in headers.items():
        response[header] = value
    return response


@contextmanager
def found_or_404(name: str) -> Iterator[None]:
    """Raises `Http404` for a file that is not there, or that cannot be by its `name`."""
    last = name.rpartition("/")[2]
    if last in ("", ".", "..") or len(last.encode(errors="surrogatepass")) > LONGEST_NAME:
        raise Http404
    try:
        yield
    except NO_SUCH_FILE as error:
        raise Http404 from error
