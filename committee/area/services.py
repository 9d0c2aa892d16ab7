"""Working notes: saves new versions, and refuses to overwrite a version that the author has not seen."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from committee.errors import NoteChanged
from committee.models import Member, NoteVersion, WorkingNote


@transaction.atomic
def save_note(
    *, note: WorkingNote | None, values: dict[str, Any], seen: int, key: uuid.UUID, member: Member, now: datetime
) -> WorkingNote:
    """Saves a new version of `note`, or a new note for `key`.

    Idempotent: saving the same text again adds no version. Raises `NoteChanged` if `seen` is not the number of the
    latest version.
    """
    if note is None:
        start = {"number": 0, "written_by": member, "written_at": now, **values}
        saved, _is_new = WorkingNote.objects.get_or_create(key=key, defaults=start)
    else:
        saved = note
    saved = WorkingNote.objects.select_for_update().get(pk=saved.pk)
    if saved.number and all(getattr(saved, name) == value for name, value in values.items()):
        return saved
    if saved.number != seen:
        raise NoteChanged(saved)
    for name, value in values.items():
        setattr(saved, name, value)
    saved.number, saved.written_by, saved.written_at = saved.number + 1, member, now
    saved.save()
    NoteVersion.objects.create(
        note=saved, number=saved.number, title=saved.title, body=saved.body, written_by=member, written_at=now
    )
    return saved
