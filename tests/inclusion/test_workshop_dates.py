"""Copies of a workshop to other days."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from common.templatetags.dates import in_city_time
from inclusion.models import Workshop
from tests.inclusion.learning import WorkshopFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# A Tuesday; the hour changes on 25 October 2026.
FIRST = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def editor(client, editor_of, time_machine):
    time_machine.move_to(dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC), tick=False)
    client.force_login(editor_of("Rédaction"))
    return client


def address(workshop):
    return reverse("wagtailsnippets_inclusion_workshop:dates", args=[workshop.pk])


def test_workshop_can_be_copied_to_the_following_weeks(editor):
    workshop = WorkshopFactory(starts_at=FIRST, seats="huit personnes", cancelled_because="")
    listed = editor.get(reverse("wagtailsnippets_inclusion_workshop:list")).text
    assert address(workshop) in listed
    form = BeautifulSoup(editor.get(address(workshop)).content, "html.parser").select_one("main form")
    days = {field["name"]: field["value"] for field in form.select("input[name^=day_]")}
    assert list(days.values())[:2] == ["27/10/2026", "03/11/2026"]
    assert editor.post(address(workshop), {**days, "day_3": ""}).status_code == 302
    copies = Workshop.objects.exclude(pk=workshop.pk).order_by("starts_at")
    assert [in_city_time(one.starts_at).hour for one in copies] == [14] * 7, (
        "the local hour remains the same after the time change"
    )
    assert {(one.title, one.seats, one.published_at is not None) for one in copies} == {
        (workshop.title, "huit personnes", True)
    }
    assert len({one.key for one in Workshop.objects.all()}) == 8, "each copy has its own UID in calendars"


def test_copy_of_a_cancelled_draft_is_a_draft_and_not_cancelled(editor):
    workshop = WorkshopFactory(starts_at=FIRST, published_at=None, cancelled_because="Animateur malade")
    editor.post(address(workshop), {"day_1": "27/10/2026"})
    copy = Workshop.objects.exclude(pk=workshop.pk).get()
    assert (copy.published_at, copy.cancelled_because) == (None, "")


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"day_1": "20/10/2026"}, "déjà lieu ce jour-là"),
        ({"day_1": "27/10/2026", "day_2": "27/10/2026"}, "deux fois"),
        ({"day_1": "05/10/2026"}, "passé"),
    ],
)
def test_duplicate_past_or_taken_days_are_refused(editor, days, message):
    workshop = WorkshopFactory(starts_at=FIRST)
    assert message in editor.post(address(workshop), days).text
    assert Workshop.objects.count() == 1


def test_other_groups_cannot_copy_a_workshop(client, editor_of):
    workshop = WorkshopFactory()
    client.force_login(editor_of("Modération"))
    assert client.post(address(workshop), {"day_1": "27/10/2026"}).status_code in (302, 403)
    assert Workshop.objects.count() == 1
