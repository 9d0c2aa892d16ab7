"""Copies of personal data that people ask for: asked, made by the worker, deleted a day later."""

import io
import json
import logging
import zipfile
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.exports.personal_data import data_sets_of, export_of
from accounts.exports.readable import as_html
from accounts.models import DataExport, User
from accounts.notifications import ExportReady
from common.audit import Act, tell

logger = logging.getLogger(__name__)

# Name of the folder in the ZIP.
FOLDER = "mes-donnees"
# What one tick makes; the next one goes on.
MADE_AT_ONCE = 10


@transaction.atomic
def ask_for_export(*, user: User, now: datetime) -> DataExport:
    """Has the worker make a copy of the data of `user`. Idempotent: while there is one, nothing changes."""
    DataExport.objects.filter(user=user, ready_at__lte=now - DataExport.LIFE).delete()
    export, created = DataExport.objects.get_or_create(user=user, defaults={"asked_at": now})
    if created:
        tell(Act.EXPORT_ASKED, about=user)
    return export


def make_exports(*, now: datetime) -> int:
    """Makes the copies that wait, the oldest first; returns how many. One that fails is logged, and tried again."""
    waiting = DataExport.objects.filter(ready_at=None).order_by("asked_at", "pk")
    made = 0
    for key in list(waiting.values_list("pk", flat=True)[:MADE_AT_ONCE]):
        try:
            made += _make(key, now)
        except Exception:
            logger.exception("the copy of personal data %d could not be made", key)
    return made


def delete_old_exports(*, now: datetime) -> int:
    """Deletes the copies that were kept for a day; returns how many."""
    return DataExport.objects.filter(ready_at__lte=now - DataExport.LIFE).delete()[0]


@transaction.atomic
def _make(key: int, now: datetime) -> bool:
    """Makes one copy and says so by mail. Returns whether there was one to make: another worker may have it."""
    rows = DataExport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    export = rows.filter(pk=key, ready_at=None, user__is_active=True).first()
    if export is None:
        return False
    export.archive, export.ready_at = archive_of(export.user, now=now), now
    export.save(update_fields=["archive", "ready_at"])
    ExportReady(export).send(now=now)
    return True


def archive_of(user: User, *, now: datetime) -> bytes:
    """Returns a ZIP of what the site holds of `user`: one file for programs, one to read."""
    found = data_sets_of(user)
    files = {
        "donnees.json": json.dumps(export_of(user, found), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
        "donnees.html": as_html(found, now=now),
    }
    written = io.BytesIO()
    moment = timezone.localtime(now).timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{FOLDER}/{name}", moment), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()
