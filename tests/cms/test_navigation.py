"""Current page in the menu and in the footer."""

import pytest

from cms.templatetags.navigation import current_if_under, place_in_menu


@pytest.mark.parametrize(
    ("path", "place", "marked"),
    [
        ("/", "/", {"/": "page"}),
        ("/veille/", "/veille/", {"/veille/": "page"}),
        ("/veille/2026/un/", "/veille/…", {"/veille/": "true"}),
        ("/veille/proposer-un-exemple/", "/participer/…", {"/participer/": "true"}),
        ("/sondages/un/", "/participer/…", {"/participer/": "true"}),
        ("/le-comite/programme/sujet/", "/resultats/…", {"/resultats/": "true"}),
        ("/le-comite/membres/", "/le-comite/…", {"/le-comite/": "true"}),
        ("/compte/nom/", "/compte/…", {"/compte/": "true"}),
        ("/regles/", "/regles/", {"/regles/": "page"}),
        ("/moderation/", "/plan-du-site/…", {"/plan-du-site/": "true"}),
        ("/nulle-part/", "/plan-du-site/…", {"/plan-du-site/": "true"}),
        ("/veille", "/plan-du-site/…", {"/plan-du-site/": "true"}),
    ],
)
def test_menu_marks_the_current_page_or_section(path, place, marked):
    assert place_in_menu(path) == place
    for url in (
        "/",
        "/veille/",
        "/participer/",
        "/resultats/",
        "/le-comite/",
        "/compte/",
        "/regles/",
        "/plan-du-site/",
    ):
        expected = f' aria-current="{marked[url]}"' if url in marked else ""
        assert current_if_under(place, url) == expected
