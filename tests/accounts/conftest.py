import re

import pytest

from tests.accounts.factors import EMAIL, PASSWORD
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def mail_in_memory(settings):
    """Sends mails to Django's test outbox instead of our own."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def code_in(mailoutbox):
    """Returns a function that gives the six digits of the latest mail."""

    def find() -> str:
        return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()

    return find


@pytest.fixture
def odile():
    """User with a verified address and a password; other modules define the Odile of their subject."""
    user = UserFactory(email=EMAIL, public_name="Odile M.", password=PASSWORD)
    user.verify_email()
    return user


@pytest.fixture
def signed_in(client, odile):
    """Client of Odile, signed in without a proof of her identity."""
    client.force_login(odile)
    return client
