"""The panel of a new site: it lists what is left to say, leads to where it is said, and goes when all is."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.models import SiteConfiguration
from cms.quality.publication import check
from home.admin.opening import OpeningPanel
from home.services.starter_texts import load_texts
from mailing.ticking import MAIL_DNS, beat
from tests.factories import SessionPageFactory

pytestmark = pytest.mark.django_db
LEGAL = "Mentions légales"


@pytest.fixture(autouse=True)
def a_site_that_opens(settings):
    settings.DEMONSTRATION = False
    load_texts(timezone.now())
    for page in Page.objects.filter(slug="mentions-legales").specific():
        check(page, now=timezone.now())


def shown(client):
    """Returns the labels of the panel and their addresses, {} if it is not there."""
    soup = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    panel = soup.find(id=OpeningPanel.name)
    links = panel.select(".work-panel__tasks a") if panel else []
    return {link.get_text(strip=True).replace("‑", "-"): link["href"] for link in links}


@pytest.fixture
def coordinator(client, editor_of):
    client.force_login(editor_of("Animation"))
    return client


def test_a_new_site_says_what_is_left(coordinator):
    found = shown(coordinator)
    assert list(found) == [
        LEGAL,
        "Écrire l’adresse de contact du site",
        "Écrire le numéro de téléphone du site",
        "Dire où apporter les formulaires sur papier",
        "Donner aux e-mails un expéditeur qui existe",
        "Préparer le domaine des e-mails (DNS)",
        "Publier la première séance",
    ]
    assert [label for label, address in found.items() if coordinator.get(address, follow=True).status_code != 200] == []


def test_the_panel_goes_when_all_is_said(coordinator, settings):
    legal = Page.objects.get(slug="mentions-legales").specific
    legal.body = [("text", "<p>La ville héberge le site elle-même.</p>")]
    legal.save_revision().publish()
    check(legal, now=timezone.now())
    configuration = SiteConfiguration.load()
    configuration.contact_email = "comite@ville.fr"
    configuration.phone = "03 88 00 00 00"
    configuration.desk_address = "À la mairie"
    configuration.save()
    settings.DEFAULT_FROM_EMAIL = "Comité <lettre@ville.fr>"
    beat(name=MAIL_DNS, now=timezone.now())
    assert list(shown(coordinator)) == ["Publier la première séance"]
    SessionPageFactory()
    assert shown(coordinator) == {}


def test_only_who_configures_the_site_sees_it(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    assert shown(client) == {}


def test_a_demonstration_never_opens(coordinator, settings):
    settings.DEMONSTRATION = True
    assert shown(coordinator) == {}
