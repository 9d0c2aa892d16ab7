"""The place of the reader in the menu."""

import pytest

from common.templatetags.navigation import current_if_under, place_in_menu


@pytest.mark.parametrize(
    ("path", "place", "marked"),
    [
        ("/", "/", {"/": "page"}),
        ("/veille/", "/veille/", {"/veille/": "page"}),
        ("/veille/2026/un/", "/veille/…", {"/veille/": "true"}),
        ("/veille", "/veille", {}),
        ("", "", {}),
    ],
)
def test_the_menu_says_where_one_is(path, place, marked):
    assert place_in_menu(path) == place
    for url in ("/", "/veille/", "/sondages/"):
        expected = f' aria-current="{marked[url]}"' if url in marked else ""
        assert current_if_under(place, url) == expected
