import re

import pytest


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
