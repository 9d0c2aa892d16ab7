"""Personal data of this app."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.personal_data import Basis, ErasureLine, ErasurePolicy, Export, Owned, PersonalData
from digests.exports.subscriptions import consents_of, messages_written_by, readers_of, subscriptions_of
from digests.models import AddressedMember, ConsentLog, Delivery, SessionReminder, Subscriber
from digests.services.subscriptions import (
    STOPPED_KEPT,
    UNCONFIRMED_KEPT,
    forget_stopped,
    forget_with_account,
    purge_unconfirmed,
)


def _letter_at_erasure(user: User) -> Iterator[ErasureLine]:
    if Subscriber.objects.active().filter(user=user).exists():
        yield ErasureLine(ErasurePolicy.GOES, _("The letter, with what you chose for it"))


PERSONAL_DATA = [
    PersonalData(
        name="digests.readers",
        order=220,
        what=_("Readers of the letter: address, frequency, subjects, and what each letter told"),
        since=_("until the reader stops it"),
        basis=Basis.CONSENT,
        why=_("To send the letter, and to tell nothing twice."),
        rows=Subscriber.objects.filter(status=Subscriber.Status.ACTIVE).all,
        exports=(
            subscriptions_of,
            Export(
                "digests.deliveries",
                _("Letters"),
                lambda user: Delivery.objects.filter(subscriber__in=readers_of(user).order_by().values("pk")),
                (
                    *("edition__kind", "edition__period_key", "edition__slot_hour"),
                    *("from_cursor", "to_cursor", "items", "message__state", "message__sent_at"),
                ),
                order_by=("to_cursor",),
            ),
            messages_written_by,
        ),
        at_erasure=(_letter_at_erasure,),
        erase_with_account=forget_with_account,
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
        exports=(consents_of,),
    ),
    PersonalData(
        name="digests.member_messages",
        order=345,
        what=_("Which members got which message of the committee"),
        since=_("as long as the message; without the name once a former member is erased"),
        basis=Basis.MISSION,
        why=_("To know who was told, and who has to be told by phone or by letter."),
        rows=AddressedMember.objects.all,
        exports=(
            Export(
                "digests.member_messages",
                _("Messages to members of the committee"),
                Owned(AddressedMember, "member__user"),
                ("newsletter__subject", "newsletter__send_at", "by_mail"),
                order_by=("newsletter__send_at", "pk"),
            ),
        ),
    ),
    PersonalData(
        name="digests.reminders",
        order=250,
        what=_("Reminders of sessions that were asked for"),
        since=_("until the person takes it back, or the account is erased"),
        basis=Basis.CONSENT,
        why=_("To remind, once."),
        rows=SessionReminder.objects.all,
        exports=(
            Export(
                "digests.session_reminders",
                _("Reminders of sessions"),
                Owned(SessionReminder, "user"),
                ("session__slug", "created_at", "times_told"),
            ),
        ),
    ),
]
