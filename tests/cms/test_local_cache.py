"""Local cache of values needed by every page. Changes show at once in the process, elsewhere after a minute."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from cms.models import SiteConfiguration

pytestmark = pytest.mark.django_db

URL = "/"
MINUTE = 60


def queries_of_page(client) -> str:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
    return " ".join(query["sql"] for query in queries)


def test_site_and_configuration_are_queried_once(client):
    first, again = queries_of_page(client), queries_of_page(client)
    for table in ("wagtailcore_site", "cms_siteconfiguration"):
        assert f'FROM "{table}"' in first
        assert f'FROM "{table}"' not in again


def test_change_of_the_configuration_is_shown_at_once(client):
    client.get(URL)
    configuration = SiteConfiguration.load()
    configuration.phone = "03 88 00 00 01"
    configuration.save()
    assert "03 88 00 00 01" in client.get(URL).text.replace("\u00a0", " ")


def test_change_by_another_process_is_shown_within_a_minute(client):
    with time_machine.travel(0, tick=False) as clock:
        client.get(URL)
        SiteConfiguration.objects.update(phone="03 88 00 00 02")
        assert "03 88 00 00 02" not in client.get(URL).text.replace("\u00a0", " ")
        clock.shift(MINUTE + 1)
        assert "03 88 00 00 02" in client.get(URL).text.replace("\u00a0", " ")


def test_change_of_the_site_applies_at_once(client):
    client.get(URL)
    site = Site.objects.get()
    site.site_name = "Autre"
    site.save()
    assert client.get(URL).wsgi_request._wagtail_site.site_name == "Autre"
