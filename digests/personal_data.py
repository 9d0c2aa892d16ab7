"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from digests.models import AddressedMember, ConsentLog, SessionReminder, Subscriber
from digests.services.subscriptions import STOPPED_KEPT, UNCONFIRMED_KEPT, forget_stopped, purge_unconfirmed

PERSONAL_DATA = [
    PersonalData(
        name="digests.readers",
        order=220,
        what=_("Readers of the letter: address, frequency, subjects, and what each letter told"),
        since=_("until the reader stops it"),
        basis=Basis.CONSENT,
        why=_("To send the letter, and to tell nothing twice."),
        rows=Subscriber.objects.filter(status=Subscriber.Status.ACTIVE).all,
    ),
    PersonalData(
        name="digests.unconfirmed",
        order=230,
        what=_("Addresses that asked for the letter and did not confirm"),
        kept=UNCONFIRMED_KEPT,
        since=_("the request"),
        basis=Basis.CONSENT,
        why=_("The link to confirm works for seven days."),
        rows=Subscriber.objects.requested,
        moment="created_at",
        erase=purge_unconfirmed,
    ),
    PersonalData(
        name="digests.stopped",
        order=235,
        what=_("Addresses without an account that stopped the letter"),
        kept=STOPPED_KEPT,
        since=_("the day on which it was stopped"),
        basis=Basis.CONSENT,
        why=_("Who stopped by mistake starts again by the link of a former letter."),
        rows=Subscriber.objects.filter(status=Subscriber.Status.STOPPED, user=None).all,
        erase=forget_stopped,
    ),
    PersonalData(
        name="digests.consents",
        order=240,
        what=_("What was agreed to and stopped, with the version of the text, under a keyed hash of the address"),
        since=_("without limit: the hash tells nothing about anybody"),
        basis=Basis.OBLIGATION,
        why=_("To prove a consent (GDPR, article 7.1)."),
        rows=ConsentLog.objects.all,
    ),
    PersonalData(
        name="digests.member_messages",
        order=345,
        what=_("Which members got which message of the committee"),
        since=_("as long as the message; without the name once a former member is erased"),
        basis=Basis.MISSION,
        why=_("To know who was told, and who has to be told by phone or by letter."),
        rows=AddressedMember.objects.all,
    ),
    PersonalData(
        name="digests.reminders",
        order=250,
        what=_("Reminders of sessions that were asked for"),
        since=_("until the person takes it back, or the account is erased"),
        basis=Basis.CONSENT,
        why=_("To remind, once."),
        rows=SessionReminder.objects.all,
    ),
]
