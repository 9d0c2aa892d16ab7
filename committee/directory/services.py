"""Save the fields that a member shows in the directory."""

from datetime import datetime

from django.db import transaction

from committee.directory.queries import Field, shown_by
from committee.models import DirectoryConsent, Member


@transaction.atomic
def choose(*, member: Member, show_email: bool, phone: str, now: datetime) -> None:
    """Saves whether `member` shows the e-mail address, and the phone number: empty, it is neither shown nor kept.

    Adds a `DirectoryConsent` for each change, and none where nothing changes.
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    shown = shown_by(locked)
    for field, wanted in ((Field.EMAIL, show_email), (Field.PHONE, bool(phone))):
        if wanted != (field in shown):
            DirectoryConsent.objects.create(member=locked, field=field, is_given=wanted, at=now)
    Member.objects.filter(pk=locked.pk).update(phone=phone)
