"""`/.well-known/security.txt`: contact for reports of vulnerabilities (RFC 9116)."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import Page

from cms.models import SiteConfiguration
from home.services.starter_texts import load_texts

pytestmark = pytest.mark.django_db

URL = "/.well-known/security.txt"


def fields(client):
    """Returns every field of the file, in order."""
    response = client.get(URL)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return [tuple(line.split(": ", 1)) for line in response.content.decode().splitlines()]


@pytest.fixture
def contact():
    configuration = SiteConfiguration.load()
    configuration.contact_email = "numerique@ville.fr"
    configuration.save()


@pytest.mark.usefixtures("contact")
def test_file_has_contacts_expiry_languages_and_policy(client):
    with time_machine.travel(dt.datetime(2026, 11, 28, 23, 30, tzinfo=dt.UTC), tick=False):
        assert fields(client) == [
            ("Contact", "mailto:numerique@ville.fr"),
            ("Contact", "http://testserver/contact/ecrire/"),
            ("Expires", "2027-05-27T23:30:00Z"),
            ("Preferred-Languages", "fr, en"),
            ("Canonical", f"http://testserver{URL}"),
            ("Policy", "http://testserver/mentions-legales/"),
        ]


def test_default_email_address_is_not_a_contact(client):
    assert [value for name, value in fields(client) if name == "Contact"] == ["http://testserver/contact/ecrire/"]


def test_file_has_no_policy_if_its_page_is_not_public(client):
    Page.objects.get(slug="mentions-legales").unpublish()
    assert "Policy" not in dict(fields(client))


def test_policy_page_has_instructions_for_reports(client):
    load_texts(timezone.now())
    assert "Signaler une faille de sécurité" in client.get("/mentions-legales/").content.decode()
