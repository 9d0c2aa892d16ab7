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
        kept, _is_new = WorkingNote.objects.get_or_create(key=key, defaults=start)
    else:
        kept = note
    kept = WorkingNote.objects.select_for_update().get(pk=kept.pk)
    if kept.number and all(getattr(kept, name) == value for name, value in values.items()):
        return kept
    if kept.number != seen:
        raise NoteChanged(kept)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.number, kept.written_by, kept.written_at = kept.number + 1, member, now
    kept.save()
    NoteVersion.objects.create(
        note=kept, number=kept.number, title=kept.title, body=kept.body, written_by=member, written_at=now
    )
    return kept
