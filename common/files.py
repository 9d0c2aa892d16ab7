"""Uploaded files: type and size in words, size limit, and deletion."""

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.media import MediaUnavailable

logger = logging.getLogger(__name__)

CANNOT_KEEP = _("The site cannot keep files just now: their store does not answer. Try again in a few minutes.")
KILO, MEGA = 1_000, 1_000_000


@dataclass(frozen=True)
class AttachedFile:
    """File attached to a text, as displayed in the admin."""

    url: str
    description: str
    is_image: bool
    width: int | None = None
    height: int | None = None
    # For example "PDF, 240 ko".
    type_and_size: str = ""


def type_and_size(extension: str, size: int) -> str:
    """Returns for example "PDF, 240 ko" for `size` bytes."""
    if size >= MEGA:
        size_text = gettext("%(number)s MB") % {"number": number_format(size / MEGA, decimal_pos=1)}
    else:
        size_text = gettext("%(number)s kB") % {"number": number_format(max(1, round(size / KILO)))}
    return f"{extension.upper()}, {size_text}"


def check_new_file(file: FieldFile) -> None:
    """Refuses a new `file` larger than `DOCUMENT_MAX_SIZE`; stored files are not checked."""
    if not file or getattr(file, "_committed", True):
        return
    if file.size > settings.DOCUMENT_MAX_SIZE:
        message = gettext(
            "This file is too heavy: %(most)d MB at most. Make its pictures smaller, or cut it into several."
        )
        raise ValidationError({"file": message % {"most": settings.DOCUMENT_MAX_SIZE // MEGA}}, code="too_heavy")
    try:
        check_can_keep(file.storage)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal}) from refusal


def delete_when_certain(file: FieldFile) -> None:
    """Deletes `file`, to which no row refers any more, after the commit."""
    storage, name = file.storage, str(file.name)
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def delete_file(instance: Any, **kwargs: Any) -> None:
    """Signal `post_delete` of models with a field named `file`."""
    delete_when_certain(instance.file)


def check_can_keep(storage: Storage = default_storage) -> None:
    """Raises a validation error while the file store is unavailable, so that the form keeps its data."""
    try:
        storage.exists("reachable")
    except MediaUnavailable as error:
        logger.error("no file can be added: %s", error)
        raise ValidationError(CANNOT_KEEP, code="unavailable") from error
