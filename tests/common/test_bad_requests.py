"""Malformed request bodies: every kind of URL answers with the site's own 400 page, and logs no error."""

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

WWW, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
BODIES = [
    (f"{WWW}; charset=iso-8859-1", b"a=\xe9"),
    (f"{WWW}; charset=utf-16", b"a=1"),
    (MULTIPART, b"a"),
    (f"{MULTIPART}; boundary=", b"a"),
    (f"{MULTIPART}; boundary=\xe9", b"a"),
    (WWW, b"&".join([b"a=1"] * 21)),
    (WWW, b"a=" + b"1" * 1_001),
]
# With a form, without, in Wagtail's page tree, in the admin.
PAGES = ["/compte/connexion/code/", "/recherche/", "/propositions/", "/", "/admin/login/", "/admin/"]
NO_PAGES = ["/nulle-part/", "/admin/nulle-part/", "/compte/nulle-part/x/"]


@pytest.fixture
def csrf_client(settings):
    """Client with the cookie that each page with a form sets."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000, 20
    browser = Client(enforce_csrf_checks=True)
    browser.get("/compte/connexion/code/")
    return browser


def test_malformed_body_returns_400_with_a_message(csrf_client, caplog):
    for address in PAGES:
        for content_type, body in BODIES:
            response = csrf_client.generic("POST", address, body, content_type)
            case = (address, content_type)
            assert response.status_code == 400, case
            assert "Ce qui a été envoyé ne peut pas être lu" in response.content.decode(), case
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_malformed_body_at_unknown_urls_logs_no_error(csrf_client, caplog):
    for address in NO_PAGES:
        for content_type, body in BODIES:
            assert csrf_client.generic("POST", address, body, content_type).status_code in (302, 400, 404)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
