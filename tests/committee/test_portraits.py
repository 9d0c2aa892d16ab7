"""Drawn portraits: the sprite, choice, visibility."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.urls import reverse

from committee.models.portraits import Portrait
from tests.cms.factories import make_image
from tests.factories import MandateFactory, UserFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
MEMBERS, CHOICE = "/le-comite/membres/", "/membres/portrait/"
SIDE = 14
# Squares of a path of the sprite, side by side: column, row, width.
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v")


@pytest.fixture(autouse=True)
def _now(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)


def drawings(html):
    """Returns the names of the figures of a page, in order, without those of the drawing in its header."""
    body = html.partition("gables--people")[2].partition("</svg>")[2] or html
    return re.findall(r"img/portraits[^\"#]*\.svg#([a-z-]+)\"", body)


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def figures():
    """Returns name → ground colour, and the colours of the other squares by column and row."""
    sprite = (settings.BASE_DIR / "static" / "img" / "portraits.svg").read_text(encoding="utf-8")
    by_name = {}
    for name, figure in re.findall(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', sprite):
        (ground, _whole), *paths = re.findall(r'fill="(#\w{6})" d="([^"]+)"', figure)
        by_name[name] = (
            ground,
            {
                (int(column) + step, int(row)): colour
                for colour, path in paths
                for column, row, width in RUN.findall(path)
                for step in range(int(width))
            },
        )
    return by_name


def test_sprite_has_a_figure_for_each_portrait():
    assert list(figures()) == Portrait.values


@pytest.mark.parametrize("name", Portrait.values)
def test_figure_is_14_squares_wide_with_sufficient_contrast(name):
    ground, squares = figures()[name]
    assert all(0 <= column < SIDE and 0 <= row < SIDE for column, row in squares)
    outline = {
        colour
        for (column, row), colour in squares.items()
        if {(column - 1, row), (column + 1, row), (column, row - 1)} - set(squares)
    }
    assert max(contrast(colour, ground) for colour in outline) > 3


@pytest.mark.django_db
def test_default_portrait_is_the_house(client):
    MandateFactory()
    assert drawings(client.get(MEMBERS).content.decode()) == ["house"]


@pytest.mark.django_db
def test_chosen_portrait_is_public(client):
    member = MandateFactory(member__user=UserFactory()).member
    client.force_login(member.user)
    assert drawings(client.get(CHOICE).content.decode()) == Portrait.values
    assert reverse("committee:portrait") in client.get("/membres/").content.decode()
    assert client.post(CHOICE, {"portrait": "braids"}).status_code == 302
    client.logout()
    assert drawings(client.get(MEMBERS).content.decode()) == ["braids"]


@pytest.mark.django_db
def test_unknown_portrait_is_refused(client):
    member = MandateFactory(member__user=UserFactory(), member__portrait=Portrait.CAP).member
    client.force_login(member.user)
    page = client.post(CHOICE, {"portrait": "a-photo-like-face"})
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    member.refresh_from_db()
    assert member.portrait == Portrait.CAP


@pytest.mark.django_db
def test_only_sitting_members_can_choose_a_portrait(client):
    client.force_login(UserFactory())
    assert client.get(CHOICE).status_code == 403


@pytest.mark.django_db
def test_photo_replaces_the_portrait(client):
    MandateFactory(member__portrait=Portrait.CAP, member__photo=make_image(description="Odile, souriante"))
    page = client.get(MEMBERS).content.decode()
    assert not drawings(page)
    assert 'alt="Odile, souriante"' in page


@pytest.mark.django_db
def test_photo_and_portrait_are_hidden_without_consent():
    member = MandateFactory(member__portrait=Portrait.CAP, member__photo=make_image()).member
    assert (member.shown_photo, member.shown_portrait) == (member.photo, Portrait.CAP)
    member.is_named = False
    assert (member.shown_photo, member.shown_portrait) == (None, Portrait.HOUSE)
