"""Uploaded files: storage, and the response that serves them.

Stored in a directory (`Folder`), or in an S3 compatible object store (`common.object_store`) if `S3_BUCKET` is set. In
both cases the site serves them, with the same permissions, headers and content security policy.
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

# Maximum length of a path component, in bytes, on common file systems.
LONGEST_NAME = 255
NO_SUCH_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation)


class MediaUnavailable(OSError):
    """Raised when the file store does not respond, or refuses: it is unknown whether a file exists."""


class Folder(FileSystemStorage):
    """Storage in the directory `MEDIA_ROOT`."""

    # A file system deletes at once or raises: nothing is postponed.
    delete_now = FileSystemStorage.delete

    def names(self, prefix: str) -> Iterator[str]:
        """Yields the names that begin with `prefix`, in one directory: `cards/pages-3.`."""
        folder, _slash, start = prefix.rpartition("/")
        root = Path(self.location)
        for path in sorted((root / folder).glob(f"{start}*")):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def names_in_use(prefix: str) -> Iterator[str]:
    """Yields the names that begin with `prefix`, in the current storage."""
    return default_storage.names(prefix)  # type: ignore[attr-defined] # both storages have it


def delete_undeleted(*, now: datetime) -> int:
    """Retries postponed deletions; returns the number of deleted files. Stops at the first failure.

    The store may have deleted a file although its response was lost: a later file of this name is kept.
    """
    deleted = 0
    for file in UndeletedFile.objects.filter(since__lte=now).order_by("since", "pk"):
        try:
            if default_storage.get_modified_time(file.name) <= file.since:
                default_storage.delete_now(file.name)  # type: ignore[attr-defined] # both storages have it
                deleted += 1
        except FileNotFoundError:
            # Deleted, although the response was lost.
            pass
        except MediaUnavailable as error:
            logger.warning("%s files still wait to be deleted: %s", UndeletedFile.objects.count(), error)
            break
        file.delete()
    return deleted


def served(
    request: HttpRequest, name: str, *, etag: str = "", headers: dict[str, str] | None = None, **options: Any
) -> HttpResponseBase:
    """Returns the response with the file `name`, or 304 if the client has the current version.

    Permissions are checked by the caller. `etag` identifies the content; by default the modification time does.
    `options` are passed to `FileResponse`. Raises `Http404` for a missing file, and `MediaUnavailable` before the
    response starts, so that no partial file is sent.
    """
    headers = dict(headers or {})
    with found_or_404(name):
        last_modified = None
        if etag:
            headers["ETag"] = etag
        else:
            last_modified = int(default_storage.get_modified_time(name).timestamp())
            headers["Last-Modified"] = http_date(last_modified)
        response = get_conditional_response(request, etag=etag or None, last_modified=last_modified)
        if response is None:
            return FileResponse(default_storage.open(name), headers=headers, **options)
    for header, value in headers.items():
        response[header] = value
    return response


@contextmanager
def found_or_404(name: str) -> Iterator[None]:
    """Raises `Http404` for a missing file or an impossible `name`."""
    last = name.rpartition("/")[2]
    if last in ("", ".", "..") or len(last.encode(errors="surrogatepass")) > LONGEST_NAME:
        raise Http404
    try:
        yield
    except NO_SUCH_FILE as error:
        raise Http404 from error
