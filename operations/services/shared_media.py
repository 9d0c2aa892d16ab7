"""Check that this process sees the media of the site: all web processes and workers need the same folder or store.

An identifier is stored among the media and in the database. A process with a folder of its own finds none, or another
one; part of the media would then be missing, depending on the process. The file also names the site, like
`MAIL_IDENTITY`, so that a copy of the database, or a new site, does not use the media of another one. Each process
checks for itself and logs the result.
"""

import logging
import secrets
from enum import StrEnum

from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from operations.models import MediaMark

logger = logging.getLogger(__name__)

NAME = "store.id"
KEPT_SECONDS = 60
CACHE_KEY = "operations.media"


class MediaCheck(StrEnum):
    """Result of the check."""

    SHARED = "shared"
    # Other media than those of the database.
    OTHERS = "others"
    # Two sites share a place: each would delete and replace the files of the other.
    ANOTHER_SITE = "of another site"
    UNREACHABLE = "unreachable"


def seen() -> MediaCheck:
    """Returns the result of the check, cached for a minute. The first process creates the identifier."""
    result = caches["local"].get(CACHE_KEY)
    if result is None:
        result = _look(make=True)
        caches["local"].set(CACHE_KEY, result, KEPT_SECONDS)
    return result


def compared() -> MediaCheck:
    """Returns the result of an uncached check without writing. With no identifier, only another site's media fail."""
    return _look(make=False)


@transaction.atomic
def mark() -> str:
    """Writes the identifier of the database, or a new one, to the media; returns it. Raises `OSError`."""
    row, _created = MediaMark.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(16)})
    # Not `delete`, which an object store may postpone: it would remove the new mark.
    default_storage.delete_now(NAME)  # type: ignore[attr-defined] # both storages have it
    _write(row.key)
    caches["local"].delete(CACHE_KEY)
    return row.key


def mark_restored() -> None:
    """Assigns the media of a restored database to this site, whatever the site of the backup."""
    if MediaMark.objects.exists():
        mark()


def _look(*, make: bool) -> MediaCheck:
    try:
        # Read the row first: if it exists, so does the file, since one transaction writes both.
        key = MediaMark.objects.values_list("key", flat=True).first()
        stored_key, site = _read()
        is_foreign = site not in ("", settings.MAIL_IDENTITY)
        if key is None and make and not is_foreign:
            key = _adopt(stored_key)
            stored_key = stored_key or _read()[0]
    except OSError as error:
        logger.error("the files of the site cannot be reached: %s", error)
        return MediaCheck.UNREACHABLE
    if is_foreign:
        logger.error(
            "THESE ARE THE FILES OF ANOTHER SITE: they belong to %r, and MAIL_IDENTITY is %r. Give each site a folder "
            "or bucket of its own. If the site changed its name, or these are a copy of its own: manage.py mark_media",
            site,
            settings.MAIL_IDENTITY,
        )
        return MediaCheck.ANOTHER_SITE
    if key in (None, stored_key):
        return MediaCheck.SHARED
    logger.error(
        "THESE ARE NOT THE FILES OF THE SITE: give every web and every worker the same folder, or the same store. "
        "If they are, and only the mark is missing: manage.py mark_media"
    )
    return MediaCheck.OTHERS


@transaction.atomic
def _adopt(stored_key: str) -> str:
    """Creates the row with the identifier found in the media, or a new one; returns the value in the database."""
    row, created = MediaMark.objects.get_or_create(pk=1, defaults={"key": stored_key or secrets.token_hex(16)})
    if created and not stored_key:
        _write(row.key)
    return row.key


def _write(key: str) -> None:
    default_storage.save(NAME, ContentFile(f"{key} {settings.MAIL_IDENTITY}".encode()))


def _read() -> tuple[str, str]:
    """Returns the identifier and the site name found in the media; empty strings if there are none."""
    try:
        with default_storage.open(NAME) as file:
            key, _space, site = file.read().decode(errors="replace").strip().partition(" ")
    except FileNotFoundError:
        return "", ""
    return key, site
