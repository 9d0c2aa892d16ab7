"""Another town can run the site: its name, and no other, is in the header of pages and mails."""

import pytest

from accounts.models import User
from cms.discovery.structured_data import organisation
from cms.models import SiteConfiguration
from mailing.rendering import render_mail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "Ville et Eurométropole de Strasbourg", "Ville de L’Île & environs"


def headers(client):
    """Returns the header of a page, and of a mail in text and HTML."""
    text, html = render_mail("emails/absences", {"subject": "Objet", "runs": [], "url": "https://a.example"})
    return client.get("/le-comite/").content.decode().partition("<main")[0], text, html


def test_default_institution_is_strasbourg(client):
    assert all(HERE in text for text in headers(client))


def test_configured_institution_is_in_pages_mails_and_structured_data(client):
    configuration = SiteConfiguration.load()
    configuration.institution = ELSEWHERE
    configuration.save()
    page, text, html = headers(client)
    assert "Ville de L’Île &amp; environs" in page
    assert "Ville de L’Île &amp; environs" in html
    assert ELSEWHERE in text
    for head in (page.partition("<body")[2], text, html):
        assert "Strasbourg" not in head
    assert organisation(SiteConfiguration.shown())["areaServed"]["name"] == ELSEWHERE


def test_rendering_mails_does_not_query_the_institution(django_assert_num_queries):
    UserFactory()
    render_mail("emails/absences", {"subject": "Objet", "runs": [], "url": "https://a.example"})
    with django_assert_num_queries(1):
        assert User.objects.exists()
        for _one in range(5):
            render_mail("emails/absences", {"subject": "Objet", "runs": [], "url": "https://a.example"})
