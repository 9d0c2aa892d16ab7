"""Missions of the committee: content of editors, each with its drawing."""

import re

import pytest
from django.utils import timezone

from committee.models import CommitteePage, Pictogram
from committee.models.missions import MissionsBlock, Place
from home.services.starter_texts import load_texts, read_text
from tests.factories import MemberFactory, TopicPageFactory

pytestmark = pytest.mark.django_db


def tiles_of(html: str) -> list[str]:
    return re.findall(r'<li class="tile.*?</li>', html.partition('id="missions"')[2].partition("</section>")[0], re.S)


def test_each_of_the_seven_initial_missions_has_its_own_pictogram(client):
    load_texts(timezone.now())

    tiles = tiles_of(client.get("/le-comite/").content.decode())

    names = re.findall(r"^- \*\*(.+?)\*\*", read_text("missions"), re.M)
    assert [re.search(r"<h3>(.+?)</h3>", tile)[1] for tile in tiles] == names
    assert len({re.search(r"pictograms\.svg#([a-z]+)", tile)[1] for tile in tiles}) == len(names) == 7


def test_each_initial_mission_has_links(client):
    load_texts(timezone.now())
    tiles = tiles_of(client.get("/le-comite/").content.decode())
    links = [re.findall(r'<a href="(.+?)"', tile) for tile in tiles]
    assert all(links)
    assert "/essais/" in links[1]
    assert {"/indicateurs/", "/restitution/"} <= set(links[3])


@pytest.mark.parametrize("place", Place)
def test_each_place_that_editors_can_select_exists(client, place):
    assert client.get(place).status_code == 200, place


def test_missions_of_editors_have_their_pictogram_or_the_default_one(client):
    page = CommitteePage.objects.get()
    rows = [
        {"name": "Compter", "text": "Publier des chiffres.", "pictogram": Pictogram.DATA},
        {"name": "Recevoir", "text": "Ouvrir la porte.", "pictogram": ""},
    ]
    page.missions = [("text", "<p>Deux missions.</p>"), ("missions", rows)]
    page.save_revision().publish()

    html = client.get("/le-comite/").content.decode()

    counted, received = tiles_of(html)
    assert "Deux missions." in html
    assert 'class="tile family--figures"' in counted
    assert "pictograms.svg#data" in counted
    assert "pictograms.svg#house" in received


def test_missions_block_has_a_preview():
    block = MissionsBlock().child_blocks["missions"]
    assert "<h3>Informer</h3>" in block.render(block.get_preview_value())


def test_body_has_one_missions_block_and_at_most_three_key_figures():
    counts = MissionsBlock().meta.block_counts
    assert counts["missions"] == {"max_num": 1}
    assert counts["key_figure"] == {"max_num": 3}


@pytest.mark.parametrize("is_named", [True, False])
def test_topic_shows_its_pilot_only_with_consent(client, is_named):
    pilot = MemberFactory(name="Rachid O.", is_named=is_named, portrait="cap")
    html = client.get(TopicPageFactory(pilot=pilot).url).content.decode()
    assert ("Rachid O." in html) == is_named
    assert ("portraits.svg#cap" in html) == is_named
    assert ("portraits.svg#house" in html) != is_named


def test_topic_links_to_other_published_topics(client):
    topic = TopicPageFactory(title="Celui-ci", number=91)
    other = TopicPageFactory(title="Les bornes", number=92, pictogram=Pictogram.MOBILITY)
    TopicPageFactory(title="Mot-canari", number=93, live=False)
    html = client.get(topic.url).content.decode().partition('id="voisins"')[2]
    assert f'href="{other.url}"' in html
    assert "pictograms.svg#mobility" in html
    assert "Mot-canari" not in html
    assert f'href="{topic.url}"' not in html
