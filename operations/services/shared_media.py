"""Whether this process sees the files of the site: webs and workers need the same folder, or the same store.

A mark lies among the files and in the database. A web with a folder of its own finds none there, or another one: half
of what is added is missing, now here, now there. Each process asks for itself, and says so in the log.
"""

import logging
import secrets
from enum import StrEnum

from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from operations.models import MediaMark

logger = logging.getLogger(__name__)

NAME = "store.id"
KEPT_SECONDS = 60
CACHE_KEY = "operations.media"


class Seen(StrEnum):
    """What this process sees."""

    SHARED = "shared"
    # Other files than the database tells of.
    OTHERS = "others"
    UNREACHABLE = "unreachable"


def seen() -> Seen:
    """Says what this process sees, known for a minute. The first process that asks makes the mark."""
    known = caches["local"].get(CACHE_KEY)
    if known is None:
        known = _look(make=True)
        caches["local"].set(CACHE_KEY, known, KEPT_SECONDS)
    return known


def compared() -> Seen | None:
    """The same, asked now and changing nothing; None as long as there is no mark."""
    return _look(make=False) if MediaMark.objects.exists() else None


@transaction.atomic
def mark() -> str:
    """Writes the mark of the database, or a new one, among the files that this process sees; returns it."""
    row, _created = MediaMark.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(16)})
    default_storage.delete(NAME)
    default_storage.save(NAME, ContentFile(row.key.encode()))
    caches["local"].delete(CACHE_KEY)
    return row.key


def _look(*, make: bool) -> Seen:
    try:
        # The row first: who finds it finds the file too, since one transaction writes both.
        key = MediaMark.objects.values_list("key", flat=True).first()
        there = _read()
        if key is None and make:
            key = _adopt(there)
            there = there or _read()
    except OSError as error:
        logger.error("the files of the site cannot be reached: %s", error)
        return Seen.UNREACHABLE
    if key == there:
        return Seen.SHARED
    logger.error(
        "THESE ARE NOT THE FILES OF THE SITE: give every web and every worker the same folder, or the same store. "
        "If they are, and only the mark is missing: manage.py mark_media"
    )
    return Seen.OTHERS


@transaction.atomic
def _adopt(there: str) -> str:
    """Makes the row, of the mark that lies there or of a new one; returns what it says, if another process did."""
    row, created = MediaMark.objects.get_or_create(pk=1, defaults={"key": there or secrets.token_hex(16)})
    if created and not there:
        default_storage.save(NAME, ContentFile(row.key.encode()))
    return row.key


def _read() -> str:
    try:
        with default_storage.open(NAME) as file:
            return file.read().decode(errors="replace").strip()
    except FileNotFoundError:
        return ""
