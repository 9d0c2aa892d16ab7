"""Addresses in the admin: of another site, or a path of this one."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from cms.blocks import ButtonBlock

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SITE = "https://comite.example"


@pytest.fixture(autouse=True)
def _site_base_url(settings):
    settings.BASE_URL = SITE


def test_redirect_completes_a_path_of_this_site(admin_client, client):
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


def test_redirect_error_shows_an_example_of_a_path(admin_client):
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
def test_button_completes_a_path_of_this_site(written, kept):
    block = ButtonBlock().child_blocks["url"]
    assert block.clean(written) == kept


@pytest.mark.parametrize("written", ["javascript:alert(1)", "/ /", "indicateurs"])
def test_button_refuses_a_url_that_is_not_a_path_of_this_site(written):
    with pytest.raises(ValidationError):
        ButtonBlock().child_blocks["url"].clean(written)
