"""Data exports: requested by users, built by the worker, deleted a day later."""

import io
import logging
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath

from django.db import transaction
from django.utils import timezone

from accounts.exports.personal_data import data_sets_of, export_as_json
from accounts.exports.readable import as_html
from accounts.models import DataExport, User
from accounts.notifications import ExportReady
from common.audit import Act, record_act
from common.personal_data import PersonalDataSet

logger = logging.getLogger(__name__)

# Name of the folder in the ZIP.
FOLDER = "mes-donnees"
# Maximum total size of the enclosed files: the archive is stored in the database for a day.
MAX_BYTES_OF_FILES = 20_000_000
# Maximum number of exports per tick. Those that fail are not counted: they do not keep the others waiting.
MADE_AT_ONCE = 10


@transaction.atomic
def ask_for_export(*, user: User, now: datetime) -> DataExport:
    """Schedules an export of the data of `user`. Idempotent while one exists."""
    DataExport.objects.filter(user=user, ready_at__lte=now - DataExport.LIFE).delete()
    export, created = DataExport.objects.get_or_create(user=user, defaults={"asked_at": now})
    if created:
        record_act(Act.EXPORT_ASKED, about=user)
    return export


def make_exports(*, now: datetime) -> int:
    """Builds pending exports, oldest first; returns their number. Failures are logged and retried at the next tick."""
    waiting = DataExport.objects.filter(ready_at=None, user__is_active=True).order_by("asked_at", "pk")
    count = 0
    for key in list(waiting.values_list("pk", flat=True)):
        if count == MADE_AT_ONCE:
            break
        try:
            count += _make(key, now)
        except Exception:
            logger.exception("the copy of personal data %d could not be made", key)
    return count


def delete_old_exports(*, now: datetime) -> int:
    """Deletes expired exports; returns their number."""
    return DataExport.objects.filter(ready_at__lte=now - DataExport.LIFE).delete()[0]


@transaction.atomic
def _make(key: int, now: datetime) -> bool:
    """Builds one export and notifies the user. Returns False if there is none to build: another worker may have it."""
    rows = DataExport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    export = rows.filter(pk=key, ready_at=None, user__is_active=True).first()
    if export is None:
        return False
    export.archive, export.ready_at = archive_of(export.user, now=now), now
    export.save(update_fields=["archive", "ready_at"])
    ExportReady(export).send(now=now)
    return True


def archive_of(user: User, *, now: datetime) -> bytes:
    """Returns a ZIP with the data of `user` as JSON and as HTML, and the files they uploaded.

    The total size of files is limited; the HTML page names the files left out and how to get them.
    """
    data_sets = data_sets_of(user)
    enclosed, left_out = _files_of(data_sets)
    files: dict[str, str | bytes] = {
        "donnees.json": export_as_json(user, data_sets),
        "donnees.html": as_html(data_sets, enclosed=list(enclosed), left_out=left_out, now=now),
        **enclosed,
    }
    written = io.BytesIO()
    moment = timezone.localtime(now).timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{FOLDER}/{name}", moment), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _files_of(data_sets: Iterable[PersonalDataSet]) -> tuple[dict[str, bytes], list[str]]:
    """Returns the files of the data sets by name in the ZIP, and the names of those left out."""
    enclosed: dict[str, bytes] = {}
    left_out, room = [], MAX_BYTES_OF_FILES
    for position, file in enumerate((file for data_set in data_sets for file in data_set.files), start=1):
        name = f"fichiers/{position}-{PurePosixPath(file.name or '').name}"
        try:
            with file.open("rb") as opened:
                content = opened.read(room + 1)
        except OSError:
            logger.exception("the file %s of a copy of personal data could not be read", file.name)
            content = b""
        if not content or len(content) > room:
            left_out.append(name)
            continue
        enclosed[name], room = content, room - len(content)
    return enclosed, left_out
