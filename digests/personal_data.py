"""Personal data of this app."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.personal_data import Basis, ErasureLine, ErasurePolicy, Export, Owned, PersonalData
from digests.exports.subscriptions import consents_of, messages_written_by, readers_of, subscriptions_of
from digests.models import AddressedMember, ConsentLog, Delivery, SessionReminder, Subscriber
from digests.services.newsletters import cancel_with_account
from digests.services.subscriptions import (
    STOPPED_RETENTION,
    UNCONFIRMED_RETENTION,
    forget_stopped,
    forget_with_account,
    purge_unconfirmed,
)


def _letter_at_erasure(user: User) -> Iterator[ErasureLine]:
    if Subscriber.objects.active().filter(user=user).exists():
        yield ErasureLine(ErasurePolicy.GOES, _("The digest, with your choices"))


PERSONAL_DATA = [
    PersonalData(
        name="digests.readers",
        order=220,
        data=_("Readers of the digest: address, frequency, subjects, and the items of each digest"),
        since=_("until the reader unsubscribes"),
        basis=Basis.CONSENT,
        purpose=_("To send the digest, and to repeat nothing."),
        rows=Subscriber.objects.filter(status=Subscriber.Status.ACTIVE).all,
        exports=(
            subscriptions_of,
            Export(
                "digests.deliveries",
                _("Digests received"),
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
        data=_("Addresses with an unconfirmed request for the digest"),
        period=UNCONFIRMED_RETENTION,
        since=_("the request"),
        basis=Basis.CONSENT,
        purpose=_("The confirmation link is valid for seven days."),
        rows=Subscriber.objects.requested,
        moment="created_at",
        erase=purge_unconfirmed,
    ),
    PersonalData(
        name="digests.stopped",
        order=235,
        data=_("Unsubscribed addresses without an account"),
        period=STOPPED_RETENTION,
        since=_("the day of the unsubscription"),
        basis=Basis.CONSENT,
        purpose=_("After a mistake, the link of an earlier digest subscribes again."),
        rows=Subscriber.objects.filter(status=Subscriber.Status.STOPPED, user=None).all,
        erase=forget_stopped,
    ),
    PersonalData(
        name="digests.consents",
        order=240,
        data=_("Consents and withdrawals with the version of the text, and a keyed hash of the address"),
        since=_("without limit: the hash identifies nobody"),
        basis=Basis.OBLIGATION,
        purpose=_("To prove a consent (GDPR, article 7.1)."),
        rows=ConsentLog.objects.all,
        exports=(consents_of,),
    ),
    PersonalData(
        name="digests.member_messages",
        order=345,
        data=_("Recipients of each message of the committee to its members"),
        since=_("as long as the message; without the name after the erasure of a former member"),
        basis=Basis.MISSION,
        purpose=_("To know who has been informed, and who must be informed by phone or by letter."),
        rows=AddressedMember.objects.all,
        erase_with_account=cancel_with_account,
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
        data=_("Requested reminders of sessions"),
        since=_("until the person cancels it, or the account is erased"),
        basis=Basis.CONSENT,
        purpose=_("To send one reminder."),
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
