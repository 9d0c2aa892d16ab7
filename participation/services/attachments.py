"""Attachments of drafts: validated by content, re-encoded, and stored under a random name."""

import logging
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from common.files import CANNOT_KEEP
from common.images import PictureTooLarge, check_memory
from common.sanitising import clean_text
from participation.errors import FileNotDescribed, FileRefused, TooManyFiles
from participation.models import Attachment, Proposal, ProposalDraft

logger = logging.getLogger(__name__)

MAX_FILES = 3
IMAGE_MAX_SIZE = 8_000_000
PDF_MAX_SIZE = 5_000_000
# Maximum displayed size, on a high-density screen.
MAX_SIDE = 1_200
FORMATS = ("JPEG", "PNG", "WEBP")
IMAGE_EXTENSIONS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
PDF_START, PDF_END, PDF_TAIL = b"%PDF-", b"%%EOF", 1_024

NOT_A_PICTURE = _("Choose a picture (JPEG, PNG or WebP).")
UNKNOWN_TYPE = _("Choose a picture (JPEG, PNG or WebP) or a PDF file.")
EMPTY = _("This file is empty. Choose another one.")
OTHER_TYPE = _(
    "This file is not what its name says. Open it, save it again as a JPEG picture or as a PDF, then add it."
)
TOO_LARGE = _("This picture has too many points. Make it smaller, then add it again.")
TOO_HEAVY = _("This file is too heavy. A picture weighs 8 MB at most, a PDF 5 MB.")


@dataclass(frozen=True)
class ValidatedFile:
    """Validated content of a file to keep, with its type and size."""

    content: ContentFile
    type: Attachment.Type
    width: int | None = None
    height: int | None = None


@transaction.atomic
def attach(*, draft: ProposalDraft, file: UploadedFile, key: uuid.UUID, now: datetime) -> Attachment:
    """Adds `file` to `draft`, without its description.

    Idempotent for one `key`. Raises `FileRefused` with the message to show, `TooManyFiles`, and `PermissionDenied`
    for a key of another draft.
    """
    draft = ProposalDraft.objects.select_for_update().get(pk=draft.pk)
    if existing := Attachment.objects.filter(pk=key).first():
        if existing.draft_id != draft.pk:
            raise PermissionDenied
        return existing
    if draft.attachments.count() >= MAX_FILES:
        raise TooManyFiles
    attachment = _add(file, Attachment(key=key, draft=draft, created_at=now))
    ProposalDraft.objects.filter(pk=draft.pk).update(updated_at=now)
    return attachment


def _add(file: UploadedFile, attachment: Attachment) -> Attachment:
    """Saves the validated content of `file` as `attachment`. Raises `FileRefused`."""
    checked = check(file)
    attachment.type, attachment.size = checked.type, checked.content.size
    attachment.width, attachment.height = checked.width, checked.height
    keep(attachment.file, checked)
    attachment.save(force_insert=True)
    return attachment


def keep(file: FieldFile, checked: ValidatedFile) -> None:
    """Writes the content to the file storage. Raises `FileRefused` if the storage is unavailable or full."""
    try:
        file.save("", checked.content, save=False)
    except OSError as error:
        logger.error("a file was not kept: %s", error)
        raise FileRefused(CANNOT_KEEP) from error


@transaction.atomic
def describe(*, draft: ProposalDraft, descriptions: Mapping[uuid.UUID, str], now: datetime) -> None:
    """Saves the descriptions of files of `draft`; keys of other files are ignored."""
    for key, text in descriptions.items():
        draft.attachments.filter(pk=key).update(description=_one_line(text))
    ProposalDraft.objects.filter(pk=draft.pk).update(updated_at=now)


@transaction.atomic
def detach(*, draft: ProposalDraft, key: uuid.UUID) -> None:
    """Deletes a file of `draft`. Idempotent."""
    draft.attachments.filter(pk=key).delete()


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


@dataclass(frozen=True)
class NewFile:
    """File to add to a proposal, identified by `key`."""

    key: uuid.UUID
    file: UploadedFile
    description: str


@dataclass(frozen=True)
class FileCorrections:
    """Changes of the files of a proposal: descriptions by key, keys to remove, one file to add."""

    descriptions: Mapping[uuid.UUID, str] = field(default_factory=dict)
    removed: Collection[uuid.UUID] = ()
    added: NewFile | None = None

    def change(self, proposal: Proposal) -> bool:
        """Returns whether the corrections would change `proposal`."""
        if self.added and not proposal.attachments.filter(pk=self.added.key).exists():
            return True
        current = {file.pk: file.description for file in proposal.attachments.current()}
        is_described = any(
            key in current and _one_line(text) != current[key] for key, text in self.descriptions.items()
        )
        return is_described or any(key in current for key in self.removed)


def correct_files(*, proposal: Proposal, corrections: FileCorrections, is_waiting: bool, now: datetime) -> None:
    """Applies `corrections` to `proposal`; the caller has locked it and checked the permission.

    A removed file is kept for moderators; keys of other files are ignored. With `is_waiting`, the added file is
    hidden until a moderator has read it. Raises `FileRefused`, `FileNotDescribed`, `TooManyFiles`, and
    `PermissionDenied` for the key of another user's file.
    """
    current = proposal.attachments.current()
    current.filter(pk__in=corrections.removed).update(removed_at=now)
    for key, text in corrections.descriptions.items():
        current.filter(pk=key).update(description=_one_line(text))
    if current.filter(description="").exists():
        raise FileNotDescribed
    new = corrections.added
    if new is None or proposal.attachments.filter(pk=new.key).exists():
        return
    if Attachment.objects.filter(pk=new.key).exists():
        raise PermissionDenied
    if current.count() >= MAX_FILES:
        raise TooManyFiles
    description = _one_line(new.description)
    if not description:
        raise FileNotDescribed
    _add(
        new.file,
        Attachment(key=new.key, proposal=proposal, description=description, created_at=now, is_waiting=is_waiting),
    )


def check(file: UploadedFile) -> ValidatedFile:
    """Returns the content to keep of `file`.

    The type is detected from the content; a different extension is refused.
    """
    extension = PurePath(file.name or "").suffix.lower()
    if not file.size:
        raise FileRefused(EMPTY)
    file.seek(0)
    is_pdf = file.read(len(PDF_START)) == PDF_START
    if extension not in IMAGE_EXTENSIONS and extension != ".pdf":
        raise FileRefused(UNKNOWN_TYPE)
    if is_pdf != (extension == ".pdf"):
        raise FileRefused(OTHER_TYPE)
    if file.size > (PDF_MAX_SIZE if is_pdf else IMAGE_MAX_SIZE):
        raise FileRefused(TOO_HEAVY)
    return _document(file) if is_pdf else _picture(file)


def check_picture(file: UploadedFile) -> ValidatedFile:
    """Returns the content to keep of `file`, which must be a JPEG, PNG or WebP picture. Raises `FileRefused`."""
    checked = check(file)
    if checked.type != Attachment.Type.JPEG:
        raise FileRefused(NOT_A_PICTURE)
    return checked


def _document(file: UploadedFile) -> ValidatedFile:
    file.seek(0)
    content = file.read()
    if PDF_END not in content[-PDF_TAIL:]:
        raise FileRefused(OTHER_TYPE)
    return ValidatedFile(ContentFile(content), Attachment.Type.PDF)


def _picture(file: File) -> ValidatedFile:
    """Re-encodes a picture, upright, on white and at page size, so that no other data of the file is kept."""
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as source:
            check_memory(source)
            source.thumbnail((MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(source).convert("RGBA")
    except (PictureTooLarge, Image.DecompressionBombError) as error:
        raise FileRefused(TOO_LARGE) from error
    except Exception as error:
        # Damaged files raise different exceptions for each format.
        raise FileRefused(OTHER_TYPE) from error
    drawn = Image.new("RGB", upright.size, "white")
    drawn.paste(upright, mask=upright)
    target = BytesIO()
    drawn.save(target, "JPEG", quality=settings.WAGTAILIMAGES_JPEG_QUALITY, optimize=True, progressive=True)
    return ValidatedFile(ContentFile(target.getvalue()), Attachment.Type.JPEG, *drawn.size)
