"""Illustration of the home page: later shapes cover earlier ones, and the committee's house is fully visible."""

import re
from itertools import product

from django.template.loader import render_to_string

PATH = re.compile(r'<path class="street__([\w-]+)" d="([^"]+)"/>')
RECTANGLE = re.compile(r"M(-?\d+) (\d+)h(\d+)v(\d+)h-\d+z")


def pixel_colours():
    """Returns the colour of each pixel of the illustration."""
    squares = {}
    for colour, path in PATH.findall(render_to_string("components/street.html")):
        for found in RECTANGLE.findall(path):
            left, top, width, height = map(int, found)
            squares |= dict.fromkeys(product(range(left, left + width), range(top, top + height)), colour)
    return squares


def test_committee_house_is_fully_visible():
    squares = pixel_colours()
    wall = {(x, y) for x, y in product(range(232, 272), range(32, 55))}
    mouth = {(x, y) for x, y in product(range(240, 264), range(31, 43))} | {*product(range(248, 252), range(43, 47))}
    assert {squares[square] for square in wall - mouth} == {"wall-1"}
    assert {squares[square] for square in mouth} == {"bubble", "window"}
    assert {squares[x, 16] for x in range(248, 256)} == {"wall-1"}
