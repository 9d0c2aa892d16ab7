"""Whether this process sees the files of the site: webs and workers need the same folder, or the same store.

A mark lies among the files and in the database. A web with a folder of its own finds none there, or another one: half
of what is added is missing, now here, now there. The mark also names the site, as `MAIL_IDENTITY` does, so that a copy
of the database, or a new site, does not take the files of another one for its own. Each process asks for itself, and
says so in the log.
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


class Seen(StrEnum):
    """What this process sees."""

    SHARED = "shared"
    # Other files than the database tells of.
    OTHERS = "others"
    # Two sites write into one place: each would erase and replace what the other needs.
    ANOTHER_SITE = "of another site"
    UNREACHABLE = "unreachable"


def seen() -> Seen:
    """Says what this process sees, known for a minute. The first process that asks makes the mark."""
    known = caches["local"].get(CACHE_KEY)
    if known is None:
        known = _look(make=True)
        caches["local"].set(CACHE_KEY, known, KEPT_SECONDS)
    return known


def compared() -> Seen:
    """The same, asked now and changing nothing: where the database has no mark yet, only another site's is wrong."""
    return _look(make=False)


@transaction.atomic
def mark() -> str:
    """Writes the mark of the database, or a new one, among the files that this process sees; returns it."""
    row, _created = MediaMark.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(16)})
    default_storage.delete(NAME)
    _write(row.key)
    caches["local"].delete(CACHE_KEY)
    return row.key


def mark_restored() -> None:
    """Makes the files of a restored database those of this site, whatever site the backup was of."""
    if MediaMark.objects.exists():
        mark()


def _look(*, make: bool) -> Seen:
    try:
        # The row first: who finds it finds the file too, since one transaction writes both.
        key = MediaMark.objects.values_list("key", flat=True).first()
        there, site = _read()
        is_foreign = site not in ("", settings.MAIL_IDENTITY)
        if key is None and make and not is_foreign:
            key = _adopt(there)
            there = there or _read()[0]
    except OSError as error:
        logger.error("the files of the site cannot be reached: %s", error)
        return Seen.UNREACHABLE
    if is_foreign:
        logger.error(
            "THESE ARE THE FILES OF ANOTHER SITE: they belong to %r, and MAIL_IDENTITY is %r. Give each site a folder "
            "or bucket of its own. If the site changed its name, or these are a copy of its own: manage.py mark_media",
            site,
            settings.MAIL_IDENTITY,
        )
        return Seen.ANOTHER_SITE
    if key in (None, there):
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
        _write(row.key)
    return row.key


def _write(key: str) -> None:
    default_storage.save(NAME, ContentFile(f"{key} {settings.MAIL_IDENTITY}".encode()))


def _read() -> tuple[str, str]:
    """Returns the mark that lies there, and whose files it says they are; both empty where there is none."""
    try:
        with default_storage.open(NAME) as file:
            key, _space, site = file.read().decode(errors="replace").strip().partition(" ")
    except FileNotFoundError:
        return "", ""
    return key, site
