"""Members' area: new versions of working notes, and the mail to members whose mandate has ended."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from committee.area.notifications import MandateEnded
from committee.errors import NoteChanged
from committee.models import Mandate, Member, NoteVersion, WorkingNote
from mailing.notifications import send_new

# Mandates are checked for a week after their end, in case the site was down, or the day is entered late.
LOOK_BACK = timedelta(days=7)


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


@transaction.atomic
def tell_former_members(*, now: datetime) -> int:
    """Job of the tick: sends one mail to each account whose last mandate has ended; returns their number.

    One query if no mandate has ended within a week, two if everybody was told.
    """
    today = timezone.localdate(now)
    ended = Mandate.objects.filter(ends_on__lt=today, ends_on__gte=today - LOOK_BACK, member__user__is_active=True)
    over = ended.exclude(member__in=Mandate.objects.not_over(today).values("member")).order_by("ends_on", "pk")
    last = {mandate.member_id: mandate for mandate in over.select_related("member__user")}
    return send_new([MandateEnded(mandate) for mandate in last.values()], now=now)
