"""Alert at the top of every page: editing, visibility, automatic end."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from cms.models import Spotlight
from tests.bulk import submit_edit
from tests.factories import NewsPageFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MINUTE = 60
ALERT = "La séance de ce soir est reportée."


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def set_alert(**fields) -> Spotlight:
    spotlight = Spotlight.load()
    for name, value in {"alert_text": ALERT, "alert_until": NOW + HOUR, **fields}.items():
        setattr(spotlight, name, value)
    spotlight.save()
    return spotlight


@pytest.mark.parametrize("url", ["/", "/actualites/", "/sondages/", "/compte/connexion/", "/nulle-part/"])
def test_every_page_shows_the_alert_above_its_content(client, clock, url):
    set_alert()
    page = client.get(url).text
    assert page.index('<section class="alert" aria-labelledby="alerte-titre">') < page.index("<main")
    assert page.index(ALERT) < page.index("<main")


def test_alert_ends_at_its_time_on_pages_cached_for_a_minute(client, clock):
    set_alert()
    clock.move_to(NOW + HOUR - dt.timedelta(seconds=1))
    kept = client.get("/actualites/")
    assert ALERT in kept.text
    assert not kept.cookies
    assert f"max-age={MINUTE}" in kept.headers["Cache-Control"]
    clock.move_to(NOW + HOUR)
    assert ALERT not in client.get("/actualites/").text


def test_alert_is_queried_once(client, clock):
    set_alert()
    with CaptureQueriesContext(connection) as first:
        client.get("/actualites/")
    with CaptureQueriesContext(connection) as again:
        client.get("/actualites/")
    assert "cms_spotlight" in str(first.captured_queries)
    assert "cms_spotlight" not in str(again.captured_queries)


def test_alert_links_its_page_only_while_it_is_published(client, clock):
    page = NewsPageFactory(title="Nouvelle date")
    set_alert(alert_page=page)
    assert f'<a href="{page.url}">Nouvelle date</a>' in client.get("/actualites/").text.split("<main")[0]
    page.unpublish()
    Spotlight.load().save()
    shown = client.get("/sondages/").text.split("<main")[0]
    assert ALERT in shown
    assert page.url not in shown


def test_alert_does_not_name_a_page_that_is_restricted(client, clock):
    page = NewsPageFactory(title="Nouvelle date")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    set_alert(alert_page=page)
    shown = client.get("/sondages/").text.split("<main")[0]
    assert ALERT in shown
    assert "Nouvelle date" not in shown
    with pytest.raises(ValidationError) as refusal:
        Spotlight.load().full_clean()
    assert list(refusal.value.message_dict) == ["alert_page"]


def test_invalid_alert_is_refused(clock):
    draft = NewsPageFactory(live=False)
    for fields, refused in (
        ({"alert_until": None}, "alert_until"),
        ({"alert_until": NOW}, "alert_until"),
        ({"alert_url": "https://ville.example/"}, "alert_link_text"),
        ({"alert_page": draft}, "alert_page"),
        ({"alert_text": "", "alert_page": NewsPageFactory()}, "alert_text"),
        ({"first": draft, "third": draft}, "third"),
    ):
        values = {"alert_text": ALERT, "alert_until": NOW + HOUR, **fields}
        with pytest.raises(ValidationError) as refusal:
            Spotlight(**values).full_clean()
        assert list(refusal.value.message_dict) == [refused]


def test_expired_alert_does_not_prevent_other_changes(clock):
    spotlight = set_alert()
    clock.move_to(NOW + 2 * HOUR)
    spotlight.first = NewsPageFactory()
    spotlight.full_clean()


@pytest.mark.parametrize(("group", "may"), [("Rédaction", True), ("Animation", True), ("Secrétariat", False)])
def test_groups_that_write_news_can_write_the_alert(client, clock, group, may):
    author = UserFactory()
    author.groups.set(Group.objects.filter(name=group))
    client.force_login(author)
    page = NewsPageFactory()
    sent = {"alert_text": ALERT, "alert_until": "24/11/2026 18:30", "alert_page": page.pk, "first": page.pk}
    blank = dict.fromkeys(("alert_url", "alert_link_text", "second", "third"), "")
    submit_edit(client, reverse("wagtailsettings:edit", args=["cms", "spotlight", Spotlight.load().pk]), blank | sent)
    assert (ALERT in client.get("/").text) is may
