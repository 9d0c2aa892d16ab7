"""Media in an S3 compatible object store: private objects, accessed by the site only.

Based on django-storages, with these differences: URLs are those of the site, timeouts are short, a file is read in one
request, and every failure is an `OSError`, as with a file system.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from common.media import MediaUnavailable
from common.models import UndeletedFile

logger = logging.getLogger(__name__)

# Maximum size of a file read into memory, in bytes; larger ones use the disk for temporary files.
IN_MEMORY = 1_000_000
NOT_THERE = ("404", "NoSuchKey")
CONFIG = Config(
    # Pages must not hang on an unreachable store: at most twice two seconds to connect.
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    signature_version="s3v4",
    # Supported by every store; the other style needs a certificate per bucket.
    s3={"addressing_style": "path"},
    # Stores other than Amazon's refuse unknown checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    # Ignores proxies of the environment.
    proxies={},
)


class ObjectStore(S3Storage):
    """Storage in the bucket `S3_BUCKET`. Object keys are the names of files in `Folder`."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "client_config": CONFIG,
            "default_acl": None,
            "file_overwrite": False,
            # Threads do not pay for small files.
            "transfer_config": TransferConfig(use_threads=False),
        }

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Returns the URL on this site: browsers do not access the store."""
        return settings.MEDIA_URL + filepath_to_uri(name).lstrip("/")

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yields the names that begin with `prefix`."""
        with self._translated_errors(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=prefix):
                yield from (item["Key"] for item in page.get("Contents", ()))

    def download(self, name: str, path: Path) -> None:
        """Downloads the object `name` to `path`."""
        with self._translated_errors(name):
            self.client.download_file(self.bucket_name, name, str(path), Config=self.transfer_config)

    def upload(self, file: BinaryIO, name: str) -> None:
        """Uploads `file` as `name`, overwriting an existing object."""
        with self._translated_errors(name, write=True):
            self.client.upload_fileobj(file, self.bucket_name, name, Config=self.transfer_config)

    def copy(self, source: str, target: str) -> None:
        """Copies an object within the store."""
        with self._translated_errors(source):
            copy_source = {"Bucket": self.bucket_name, "Key": source}
            self.client.copy_object(Bucket=self.bucket_name, Key=target, CopySource=copy_source)

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            return super()._open(name, mode)
        content = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
        with self._translated_errors(name):
            response = self.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
            shutil.copyfileobj(response["Body"], content)
        content.seek(0)
        return File(content, name)

    def _save(self, name: str, content: File) -> str:
        with self._translated_errors(name, write=True):
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        """Deletes `name`, or schedules the deletion if the store does not respond: no row refers to it any more."""
        try:
            self.delete_now(name)
        except MediaUnavailable as error:
            logger.error("the file %s is to be deleted later: %s", name, error)
            UndeletedFile.objects.update_or_create(name=name, defaults={"since": timezone.now()})

    def delete_now(self, name: str) -> None:
        """Deletes `name`. Raises `MediaUnavailable`."""
        with self._translated_errors(name, write=True):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._translated_errors(name):
            return super().exists(name)

    def size(self, name: str) -> int:
        with self._translated_errors(name):
            return super().size(name)

    def get_modified_time(self, name: str) -> datetime:
        with self._translated_errors(name):
            return super().get_modified_time(name)

    @contextmanager
    def _translated_errors(self, name: str, *, write: bool = False) -> Iterator[None]:
        """Translates exceptions of the library to `FileNotFoundError` or `MediaUnavailable`."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in NOT_THERE and not write:
                raise FileNotFoundError(name) from error
            raise MediaUnavailable(f"the object store refuses: {code or 'no reason given'}") from error
        except (BotoCoreError, Boto3Error) as error:
            # The library's message contains the URL, but no key.
            raise MediaUnavailable(f"the object store does not answer: {type(error).__name__}") from error
