"""What a person finds in the mailbox: the rows of the outbox."""

import re
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication

from mailing.models import Message


def mails_to(email):
    """The mails that were written to `email` and may still leave, or have left; the oldest first."""
    return list(Message.objects.filter(to_email=email, state=Message.State.PENDING).order_by("pk"))


def code_sent_to(email, number=-1):
    """The six figures of the latest mail with a code to `email`, or of that with this `number`."""
    codes = [re.search(r"^\d{6}$", mail.payload["text"], re.MULTILINE) for mail in mails_to(email)]
    return [code.group() for code in codes if code][number]


def confirm(client, address, email):
    """Copies the code of the latest mail to `email` on the page `address`; returns the page where that leads."""
    return client.post(address, {"code": code_sent_to(email)}, follow=True)


def prove(client, user, method="code"):
    """Lets `client` go on as who signed in a moment ago, which `force_login` leaves out; by "mfa", with a factor."""
    session = client.session
    record_authentication(SimpleNamespace(session=session), user, method=method)
    session.save()
