"""Register of messages to members: recipients, and state of their mails."""

from django.utils.translation import gettext as _

from digests.models import MEMBER_MESSAGE, AddressedMember, Newsletter
from mailing.models import Message


def dedupe_key_of(addressed: AddressedMember) -> str:
    """Returns the `dedupe_key` of the mail, which prevents sending it twice."""
    return f"{MEMBER_MESSAGE}:{addressed.newsletter_id}:{addressed.member_id}"


def deliveries(newsletter: Newsletter) -> list[tuple[AddressedMember, str]]:
    """Returns the members to whom `newsletter` was sent, each with the state of the mail, in words. Two queries."""
    addressed = {dedupe_key_of(addressee): addressee for addressee in newsletter.addressed.select_related("member")}
    mails = Message.objects.filter(dedupe_key__in=addressed).only("dedupe_key", "state")
    states = {message.dedupe_key: message.get_state_display() for message in mails}
    otherwise = _("No account: to be called, or told by letter")
    return [
        (addressee, states.get(key, _("Sent long ago") if addressee.by_mail else otherwise))
        for key, addressee in addressed.items()
    ]
