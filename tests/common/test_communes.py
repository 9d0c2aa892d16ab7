"""Map of the communes: background, cells, and the equivalent list."""

import re
from math import isclose

from django.conf import settings
from django.template.loader import render_to_string

from common.charts.communes import CommuneMap, Place
from common.charts.frame import ChartTableRow
from common.charts.ground import SQUARE, ground
from common.charts.values import Hidden
from common.communes import COMMUNES, POINTS

# Rectangles of a path: left, top, width, height.
BLOCKS = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)")
STRASBOURG, SCHILTIGHEIM, OSTWALD, HOENHEIM = "67482", "67447", "67365", "67204"


def make_map(**values) -> CommuneMap:
    return CommuneMap(**{"title": "Où", "value_head": "Personnes", "numbers": {}, **values})


def square(chart: CommuneMap, code: str) -> Place:
    return next(place for place in chart.places if place.name == COMMUNES[code])


def covers(shape: str, x: float, y: float) -> bool:
    """Returns whether one of the rectangles of an SVG path contains the point."""
    return any(
        int(left) <= x <= int(left) + int(width) and int(top) <= y <= int(top) + int(height)
        for left, top, width, height in BLOCKS.findall(shape)
    )


class TestGround:
    def test_each_commune_has_a_point_in_its_own_area(self):
        assert list(POINTS) == list(COMMUNES) == list(ground().shapes)
        for code, (x, y) in ground().middles.items():
            owners = [COMMUNES[other] for other, shape in ground().shapes.items() if covers(shape, x + 0.5, y + 0.5)]
            assert owners == [COMMUNES[code]]

    def test_communes_are_drawn_on_the_left_of_the_river(self):
        bank = {}
        for left, top, _width, height in BLOCKS.findall(ground().river):
            bank |= {row: int(left) for row in range(int(top), int(top) + int(height), SQUARE)}
        assert len(bank) * SQUARE == ground().height
        for left, top, width, height in BLOCKS.findall("".join(ground().shapes.values())):
            rows = range(int(top), int(top) + int(height), SQUARE)
            assert int(left) + int(width) <= min(bank[row] for row in rows)

    def test_squares_without_a_number_never_touch(self):
        middles = list(ground().middles.values())
        gaps = [max(abs(x - a), abs(y - b)) for at, (x, y) in enumerate(middles) for a, b in middles[:at]]
        assert min(gaps) > 2 * SQUARE

    def test_relative_positions_match_geography(self):
        middles = ground().middles
        assert middles[HOENHEIM][1] < middles[SCHILTIGHEIM][1] < middles[STRASBOURG][1]
        assert middles[OSTWALD][0] < middles[STRASBOURG][0]


class TestSquares:
    def test_area_is_proportional_to_the_number(self):
        chart = make_map(numbers={STRASBOURG: 100, SCHILTIGHEIM: 25})
        assert isclose(square(chart, STRASBOURG).side, 2 * square(chart, SCHILTIGHEIM).side)

    def test_hidden_numbers_have_a_fixed_size(self):
        few = make_map(numbers={STRASBOURG: 5, OSTWALD: Hidden()})
        many = make_map(numbers={STRASBOURG: 5000, OSTWALD: Hidden()})
        assert square(few, OSTWALD) == square(many, OSTWALD)
        assert (square(few, OSTWALD).kind, square(few, OSTWALD).words) == ("hidden", "masqué")

    def test_commune_without_value_shows_zero(self):
        place = square(make_map(numbers={STRASBOURG: 3}), OSTWALD)
        assert (place.kind, place.words, place.inside) == ("none", "0", "")

    def test_number_is_inside_the_square_if_it_fits(self):
        chart = make_map(numbers={STRASBOURG: 141, OSTWALD: 2})
        assert (square(chart, STRASBOURG).inside, square(chart, OSTWALD).inside) == ("141", "")


class TestList:
    def test_list_has_the_values_of_the_map_in_descending_order(self):
        elsewhere = [ChartTableRow("Une autre commune", ["2"])]
        chart = make_map(numbers={OSTWALD: Hidden(), SCHILTIGHEIM: 7, STRASBOURG: 9}, elsewhere=elsewhere)
        listed = [(row.label, *row.cells) for row in chart.rows]
        assert listed == [
            ("Strasbourg", "9"),
            ("Schiltigheim", "7"),
            ("Ostwald", "masqué"),
            ("Une autre commune", "2"),
        ]
        table = [(row.label, *row.cells) for row in chart.table.rows]
        assert [row for row in table if row[1] != "0"] == listed
        assert len(table) == len(COMMUNES) + 1

    def test_map_is_hidden_from_screen_readers_and_has_no_inline_style(self):
        html = render_to_string("components/charts/communes.html", {"chart": make_map(numbers={STRASBOURG: 1_234})})
        assert '<svg class="communes__map"' in html
        assert 'aria-hidden="true" focusable="false"' in html
        assert "style=" not in html
        assert not re.search(r'(?:x|y|width|height)="[\d ]*,', html), "numbers of a drawing have a point"

    def test_map_without_numbers_is_empty(self):
        assert make_map(numbers={OSTWALD: 0}).is_empty
        assert not make_map(numbers={OSTWALD: Hidden()}).is_empty
        assert not make_map(elsewhere=[ChartTableRow("Une autre commune", ["2"])]).is_empty


def test_no_text_is_less_than_12_pixels_on_a_narrow_phone():
    """The drawing is at least 256 px wide at 320 px, and the font sizes of the style sheet are scaled with it."""
    sheet = (settings.BASE_DIR / "static" / "css" / "components" / "communes.css").read_text()
    size = int(re.search(r"\.communes__map text {[^}]*font-size: (\d+)px", sheet)[1])
    assert size * 256 / ground().width >= 12
