"""Media in a store of the protocol of S3: private objects, which the site alone reads and writes.

django-storages speaks to it. What is ours: addresses stay those of the site, nobody waits long, a file is read whole in
one request, and whatever goes wrong is an `OSError`, as it is with a disk.
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

# Of a file that is read; what is larger lies on the disk of temporary files meanwhile.
IN_MEMORY = 1_000_000
NOT_THERE = ("404", "NoSuchKey")
CONFIG = Config(
    # A page must not hang on a store that is gone: twice two seconds at most to reach it.
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    signature_version="s3v4",
    # Every store knows this form of address, and no other needs a certificate for each bucket.
    s3={"addressing_style": "path"},
    # Stores that are not Amazon's refuse checksums that they do not know.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    # Those of the environment are not for us.
    proxies={},
)


class ObjectStore(S3Storage):
    """The bucket `S3_BUCKET`. A key is the name that a file would have in the folder."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "client_config": CONFIG,
            "default_acl": None,
            "file_overwrite": False,
            # No threads of its own for files that are small.
            "transfer_config": TransferConfig(use_threads=False),
        }

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address at which this site may serve it: the browser never asks the store."""
        return settings.MEDIA_URL + filepath_to_uri(name).lstrip("/")

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yields the names that begin with `prefix`."""
        with self._speaking(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=prefix):
                yield from (found["Key"] for found in page.get("Contents", ()))

    def download(self, name: str, path: Path) -> None:
        """Writes the object `name` to `path`."""
        with self._speaking(name):
            self.client.download_file(self.bucket_name, name, str(path), Config=self.transfer_config)

    def upload(self, file: BinaryIO, name: str) -> None:
        """Writes the content of `file` as `name`, in the place of what may be there."""
        with self._speaking(name, write=True):
            self.client.upload_fileobj(file, self.bucket_name, name, Config=self.transfer_config)

    def copy(self, source: str, target: str) -> None:
        """Copies one object inside the store."""
        with self._speaking(source):
            here = {"Bucket": self.bucket_name, "Key": source}
            self.client.copy_object(Bucket=self.bucket_name, Key=target, CopySource=here)

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            return super()._open(name, mode)
        content = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - who asked for the file closes it
        with self._speaking(name):
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
            shutil.copyfileobj(answer["Body"], content)
        content.seek(0)
        return File(content, name)

    def _save(self, name: str, content: File) -> str:
        with self._speaking(name, write=True):
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        """Deletes `name`, later if the store does not answer now: the row that told of it is gone."""
        try:
            self.delete_now(name)
        except MediaUnavailable as error:
            logger.error("the file %s is to be deleted later: %s", name, error)
            UndeletedFile.objects.get_or_create(name=name, defaults={"since": timezone.now()})

    def delete_now(self, name: str) -> None:
        """Deletes `name`, or raises `MediaUnavailable`."""
        with self._speaking(name, write=True):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._speaking(name):
            return super().exists(name)

    def size(self, name: str) -> int:
        with self._speaking(name):
            return super().size(name)

    def get_modified_time(self, name: str) -> datetime:
        with self._speaking(name):
            return super().get_modified_time(name)

    @contextmanager
    def _speaking(self, name: str, *, write: bool = False) -> Iterator[None]:
        """Turns what the library raises into what a disk would: no such file, or `MediaUnavailable`."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in NOT_THERE and not write:
                raise FileNotFoundError(name) from error
            raise MediaUnavailable(f"the object store refuses: {code or 'no reason given'}") from error
        except (BotoCoreError, Boto3Error) as error:
            # The sentence of the library names the address, never a key.
            raise MediaUnavailable(f"the object store does not answer: {type(error).__name__}") from error
