"""Personal data of this app: mails, and hashes of suppressed addresses."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from common.personal_data import YEAR, Basis, PersonalData
from mailing.models import Message, Suppression

MESSAGES_KEPT = YEAR
SLICE = 500


def purge(*, now: datetime) -> int:
    """Deletes up to `SLICE` rows that ended and are older than `MESSAGES_KEPT`; returns their number."""
    old = Message.objects.filter(created_at__lt=now - MESSAGES_KEPT, state__in=Message.FINAL_STATES)
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:SLICE])
    Message.objects.filter(pk__in=keys).delete()
    return len(keys)


PERSONAL_DATA = [
    PersonalData(
        name="mailing.messages",
        order=400,
        data=_("Records of e-mails: address, kind, subject, state and dates, not the text after its sending"),
        period=MESSAGES_KEPT,
        since=_("the day of its creation"),
        basis=Basis.MISSION,
        purpose=_("To answer questions about missing e-mails, and to send none twice."),
        rows=Message.objects.all,
        moment="created_at",
        erase=purge,
    ),
    PersonalData(
        name="mailing.suppressions",
        order=410,
        data=_("Addresses that refuse our e-mails, as a keyed hash"),
        since=_("until an administrator lifts it"),
        basis=Basis.MISSION,
        purpose=_("To send no more e-mails to an address that does not exist."),
        rows=Suppression.objects.all,
    ),
]
