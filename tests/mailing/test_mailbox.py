"""/courriels/: the mails of the demonstration; absent where mails are really sent."""

import pytest
from django.core.mail import EmailMultiAlternatives

from mailing.drain import drain
from mailing.transports import MailboxTransport

pytestmark = pytest.mark.django_db
ADDRESSES = ["/courriels/", "/courriels/1/", "/courriels/1/html/", "/courriels/1.eml"]


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"
    for number in (1, 2):
        mail = EmailMultiAlternatives(
            f"Réunion {number}", "Bonjour https://site.example/x", None, ["odile@courriel.example"]
        )
        mail.attach_alternative("<!doctype html><p style='color:red'>Bonjour<script>alert(1)</script></p>", "text/html")
        mail.send()
    drain(max_seconds=5, transport=MailboxTransport())
    return tmp_path


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_return_404_without_a_mailbox(client, settings, address):
    settings.MAILBOX_DIR = None
    assert client.get(address).status_code == 404


def test_banner_of_the_demonstration_links_to_the_mailbox(client, settings, mailbox):
    settings.DEMONSTRATION = True
    assert 'href="/courriels/"' in client.get("/compte/connexion/").content.decode()
    settings.MAILBOX_DIR = None
    assert 'href="/courriels/"' not in client.get("/compte/connexion/").content.decode()


def test_the_list_shows_the_newest_first(client, mailbox):
    page = client.get("/courriels/").content.decode()
    assert 0 < page.index("Réunion 2") < page.index("Réunion 1")


def test_empty_mailbox_shows_a_hint(client, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "not-there-yet"
    response = client.get("/courriels/")
    assert response.status_code == 200
    assert "Demandez par exemple un code de connexion" in response.content.decode()


def test_page_of_a_mail_has_its_text_and_its_html_in_a_frame(client, mailbox):
    response = client.get("/courriels/1/")
    page = response.content.decode()
    assert 'href="https://site.example/x"' in page
    assert 'src="/courriels/1/html/"' in page
    assert "alert(1)" not in page
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_html_part_has_a_strict_content_security_policy(client, mailbox):
    response = client.get("/courriels/1/html/")
    policy = response["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_source_equals_the_stored_mail(client, mailbox):
    response = client.get("/courriels/2.eml")
    assert response["Content-Type"] == "message/rfc822"
    assert response.content == (mailbox / "2.eml").read_bytes()
    assert client.get("/courriels/3.eml").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_not_cached_and_refuse_post(client, mailbox, address):
    response = client.get(address)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert client.post(address).status_code == 405
