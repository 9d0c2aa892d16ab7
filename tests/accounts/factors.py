"""A user with a second factor, and the authenticator application that shows its codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from accounts.services.factors import decrypt

EMAIL, PASSWORD = "odile@courriel.example", "cigogne sur un toit rouge"
HOME, SIGN_IN = "/compte/", "/compte/connexion/"
ASKED = "/compte/connexion/deuxieme-facteur/"
LIST = "/compte/deuxieme-facteur/"
ADD = f"{LIST}application/"
PROVE = "/compte/confirmer/facteur/"


def code_of(secret, *, later=0):
    """Returns the six digits shown by the application now, or `later` steps of 30 seconds from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def give_application(user):
    """Gives `user` an authenticator application and recovery codes; returns the secret of the application."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def recovery_codes_of(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def stored_secret(user):
    return decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


def first_step(client, target=""):
    return client.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD, "next": target})


def sign_in(secret=None):
    client = Client()
    first_step(client)
    if secret:
        client.post(ASKED, {"code": code_of(secret)})
    assert is_open(client)
    return client


def is_open(client):
    return client.get(HOME).status_code == 200


def words(answer):
    return answer.content.decode()
