import re

import pytest


@pytest.fixture(autouse=True)
def mail_in_memory(settings):
    """These tests read the mails, not the outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def code_in(mailoutbox):
    """Returns a function: the six figures of the latest mail."""

    def find() -> str:
        return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()

    return find
