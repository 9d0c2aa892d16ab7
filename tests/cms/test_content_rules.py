"""Requirements of a text for publication."""

import pytest
from bs4 import BeautifulSoup

from cms.quality.content_rules import (
    as_read,
    as_written,
    first_skipped_heading,
    is_vague,
    vague_links,
    with_vague_links_marked,
)


@pytest.mark.parametrize(
    "text", ["ici", "Cliquez ici", " là ", "cliquez  ICI !", "En savoir plus…", "→", "", "ce lien"]
)
def test_link_text_without_meaning_of_its_own_is_vague(text):
    assert is_vague(text)


@pytest.mark.parametrize(
    "text", ["Règlement intérieur", "la carte des lieux", "Lire l’ordre du jour", "2019", "Ici Strasbourg"]
)
def test_link_text_that_describes_its_target_is_not_vague(text):
    assert not is_vague(text)


def test_vague_links_are_found_among_good_ones():
    html = '<p><a href="/a">Le compte rendu</a>, ou <a linktype="page" id="3"><b>cliquez</b> ici</a>.</p>'
    assert vague_links(html) == ["cliquez ici"]


def test_vague_links_are_marked_and_nothing_else_is_changed():
    html = '<p><a href="/a">Le plan</a>, <a href="/b?x=1&amp;y"><b>cliquez</b>&nbsp;ici</a>, <a href="/c"></a></p>'
    expected = html.replace('<a href="/b', '<a data-refused="link" href="/b')
    assert BeautifulSoup(with_vague_links_marked(html), "html.parser") == BeautifulSoup(expected, "html.parser")


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<p>Lundi.</p><p>À [à compléter : le lieu].</p>", "<p>Lundi.</p>"),
        ("<h2>Où</h2><ul><li>[À compléter]</li></ul><h2>Quand</h2><p>Lundi.</p>", "<h2>Quand</h2><p>Lundi.</p>"),
        ("<h2>Où</h2><h3>Gare</h3><p>[à compléter]</p><h3>Port</h3><p>Ici.</p>", "<h2>Où</h2><h3>Port</h3><p>Ici.</p>"),
        (
            "<ul><li>Un<ul><li>[à compléter]</li><li>Deux</li></ul></li></ul>",
            "<ul><li>Un<ul><li>Deux</li></ul></li></ul>",
        ),
        ("<h2>Rien dessous</h2>", "<h2>Rien dessous</h2>"),
    ],
)
def test_unfinished_passages_are_hidden_from_readers_and_marked_for_editors(html, read):
    assert as_read(html) == read
    marked = BeautifulSoup(as_written(html), "html.parser").select("[data-unfinished]")
    assert len(marked) == ("compléter" in html)


def test_text_without_link_has_no_vague_link():
    assert vague_links("<p>Venez ici.</p>") == []


@pytest.mark.parametrize(
    ("texts", "skipped"),
    [
        ([], None),
        (["<p>Bonjour</p>"], None),
        (["<h2>A</h2><h3>B</h3><h2>C</h2>"], None),
        (["<h2>A</h2>", "<h3>B</h3>"], None),
        (["<h3>B</h3>"], 0),
        (["<p>Bonjour</p>", "<h3>B</h3><h2>A</h2>"], 1),
        (["<h2>A</h2>", "<h4>B</h4>"], 1),
    ],
)
def test_first_skipped_heading_is_searched_in_the_whole_body(texts, skipped):
    assert first_skipped_heading(texts) == skipped
