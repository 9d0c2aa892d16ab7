"""Addresses in the admin: of another site, or a path of this one."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from cms.blocks import ButtonBlock

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SITE = "https://comite.example"


@pytest.fixture(autouse=True)
def _address_of_the_site(settings):
    settings.BASE_URL = SITE


def test_a_redirect_leads_to_a_list_of_this_site(admin_client, client):
    form = {
        "old_path": "/chiffres",
        "site": "",
        "redirect_page": "",
        "is_permanent": "on",
        "redirect_link": "/indicateurs/",
    }
    assert admin_client.post(reverse("wagtailredirects:add"), form).status_code == 302
    assert Redirect.objects.get().redirect_link == f"{SITE}/indicateurs/"
    assert client.get("/chiffres")["Location"] == f"{SITE}/indicateurs/"


def test_a_redirect_to_no_address_says_what_to_write(admin_client):
    form = {
        "old_path": "/chiffres",
        "site": "",
        "redirect_page": "",
        "is_permanent": "on",
        "redirect_link": "indicateurs",
    }
    assert "/indicateurs/ suffit" in admin_client.post(reverse("wagtailredirects:add"), form).text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/veille/comparatif/", f"{SITE}/veille/comparatif/"),
        ("https://www.service-public.fr/", "https://www.service-public.fr/"),
    ],
)
def test_a_button_leads_to_a_list_of_this_site(written, kept):
    block = ButtonBlock().child_blocks["url"]
    assert block.clean(written) == kept


@pytest.mark.parametrize("written", ["javascript:alert(1)", "/ /", "indicateurs"])
def test_what_is_no_path_of_this_site_is_not_completed(written):
    with pytest.raises(ValidationError):
        ButtonBlock().child_blocks["url"].clean(written)
