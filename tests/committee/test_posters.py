"""Posters of a session and of the committee: content, links, access."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from cms.models import SiteConfiguration
from committee.models import AgendaItem, CommitteePage, SessionPage
from common.qr_codes import drawn
from common.templatetags.dates import CITY_ZONE
from tests.factories import SessionPageFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
COMMITTEE = "/le-comite/"


def future_session(weeks=2, **fields):
    start = NOW.replace(hour=18) + dt.timedelta(weeks=weeks)
    page = SessionPageFactory(starts_at=start, ends_at=start + dt.timedelta(hours=2), place="Salle basse", **fields)
    for order, title in enumerate(("Le budget", "Les essais", "La carte", "Le tour de table")):
        AgendaItem.objects.create(session=page, title=title, sort_order=order)
    return page


def read(client, address):
    answer = client.get(address)
    assert (answer.status_code, bool(answer.cookies)) == (200, False)
    return BeautifulSoup(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " "), "html.parser")


def poster_of(client, page):
    return read(client, f"{page.url}affiche/").select_one(".poster")


def test_poster_has_date_place_access_and_three_agenda_items(client, settings):
    settings.BASE_URL = "https://comite.example"
    SiteConfiguration.objects.update(phone="03 88 00 00 01", phone_hours="de 9 h à 17 h")
    page = future_session(online_link="https://visio.example/secret")
    poster = poster_of(client, page)
    text = " ".join(poster.get_text(" ").split())
    for expected in ("8 décembre 2026", "18 h à 20 h", "Salle basse", "Ouverte à tout le monde", "03 88 00 00 01"):
        assert expected in text
    assert [one.get_text() for one in poster("li")] == ["Le budget", "Les essais", "La carte"]
    assert f"comite.example{page.url.rstrip('/')}" in text
    assert poster.select_one("svg path")["d"] == drawn(f"https://comite.example{page.url}")["qr_path"]
    assert "visio.example" not in str(poster)


def test_session_page_links_to_the_poster_of_an_open_future_session(client):
    cases = {
        "open": (future_session(), True),
        "of the members": (future_session(3, open_to_public=False), False),
        "cancelled": (future_session(4, status=SessionPage.Status.CANCELLED), False),
        "over": (future_session(-2), False),
    }
    for name, (page, is_led) in cases.items():
        assert bool(read(client, page.url).select(f'a[href="{page.url}affiche/"]')) is is_led, name
    assert "Réservée aux membres" in poster_of(client, cases["of the members"][0]).get_text()
    cancelled = poster_of(client, cases["cancelled"][0]).get_text()
    assert "Cette séance est annulée" in cancelled
    assert "Ouverte à tout le monde" not in cancelled
    draft = future_session(5, live=False)
    assert client.get(f"/le-comite/seances/{draft.slug}/affiche/").status_code == 404


def test_the_poster_of_the_committee_has_its_missions_and_the_next_open_session(client):
    committee = CommitteePage.objects.get()
    missions = [{"name": f"Mission {one}", "text": "En peu de mots.", "pictogram": ""} for one in range(4)]
    committee.missions = [("missions", missions)]
    committee.save_revision().publish()
    without = poster_of(client, committee)
    assert [one.get_text() for one in without("b")][:3] == ["Mission 0", "Mission 1", "Mission 2"]
    assert "Prochaine séance" not in without.get_text()
    future_session(1, open_to_public=False)
    future_session(2)
    text = poster_of(client, committee).get_text()
    assert "8 décembre 2026" in text.replace("\u00a0", " ")
    assert "Le budget" not in text
    assert read(client, COMMITTEE).select('a[href="/le-comite/affiche/"]')
