"""Mails of a user, read from the rows of the outbox; proofs; strangers who attack an account."""

import re
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from django.test import Client

from mailing.models import Message


def mails_to(email):
    """Returns the mails to `email` that are sent or may still be sent; the oldest first."""
    return list(Message.objects.filter(to_email=email, state=Message.State.PENDING).order_by("pk"))


def code_sent_to(email, index=-1):
    """Returns the six digits of the latest mail with a code to `email`, or of its mail at index `index`."""
    codes = [re.search(r"^\d{6}$", mail.payload["text"], re.MULTILINE) for mail in mails_to(email)]
    return [code.group() for code in codes if code][index]


def confirm(client, address, email):
    """Enters the code of the latest mail to `email` on the page `address`; returns the page after it."""
    return client.post(address, {"code": code_sent_to(email)}, follow=True)


def prove(client, user, method="code"):
    """Marks the session as recently authenticated, which `force_login` does not; by "mfa", with a second factor."""
    session = client.session
    record_authentication(SimpleNamespace(session=session), user, method=method)
    session.save()


def attack(email):
    """Asks for 31 codes and 31 other mails to `email`, and tries 31 passwords, from eight networks."""
    for number in range(31):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{number % 8}")
        stranger.post("/compte/creer/", {"email": email, "public_name": "Odile M."})
        stranger.post("/compte/connexion/code/", {"email": email})
        stranger.post("/compte/connexion/", {"login": email, "password": "faux"})
