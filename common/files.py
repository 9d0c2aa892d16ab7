"""Type and size of a file, as a reader wants to know them before the download, and its limit."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile
from django.utils.formats import number_format
from django.utils.translation import gettext

KILO, MEGA = 1_000, 1_000_000


def type_and_size(extension: str, size: int) -> str:
    """Returns for example "PDF, 240 ko" for `size` bytes."""
    if size >= MEGA:
        size_text = gettext("%(number)s MB") % {"number": number_format(size / MEGA, decimal_pos=1)}
    else:
        size_text = gettext("%(number)s kB") % {"number": number_format(max(1, round(size / KILO)))}
    return f"{extension.upper()}, {size_text}"


def check_size(file: FieldFile) -> None:
    """Refuses a new `file` that weighs more than `DOCUMENT_MAX_SIZE`; one that is stored already stays."""
    is_new = bool(file) and not getattr(file, "_committed", True)
    if is_new and file.size > settings.DOCUMENT_MAX_SIZE:
        message = gettext(
            "This file is too heavy: %(most)d MB at most. Make its pictures smaller, or cut it into several."
        )
        raise ValidationError({"file": message % {"most": settings.DOCUMENT_MAX_SIZE // MEGA}}, code="too_heavy")
