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


def drawn(**values) -> CommuneMap:
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
    def test_each_commune_has_a_point_and_its_own_ground_under_its_square(self):
        assert list(POINTS) == list(COMMUNES) == list(ground().shapes)
        for code, (x, y) in ground().middles.items():
            owners = [COMMUNES[other] for other, shape in ground().shapes.items() if covers(shape, x + 0.5, y + 0.5)]
            assert owners == [COMMUNES[code]]

    def test_all_that_is_drawn_is_on_the_sheet_and_on_this_side_of_the_rhine(self):
        bank = {}
        for left, top, _width, height in BLOCKS.findall(ground().river):
            bank |= {row: int(left) for row in range(int(top), int(top) + int(height), SQUARE)}
        assert len(bank) * SQUARE == ground().height
        for left, top, width, height in BLOCKS.findall("".join(ground().shapes.values())):
            rows = range(int(top), int(top) + int(height), SQUARE)
            assert int(left) + int(width) <= min(bank[row] for row in rows)

    def test_two_squares_without_a_number_never_touch(self):
        middles = list(ground().middles.values())
        gaps = [max(abs(x - a), abs(y - b)) for at, (x, y) in enumerate(middles) for a, b in middles[:at]]
        assert min(gaps) > 2 * SQUARE

    def test_neighbours_are_those_of_the_earth(self):
        middles = ground().middles
        assert middles[HOENHEIM][1] < middles[SCHILTIGHEIM][1] < middles[STRASBOURG][1]
        assert middles[OSTWALD][0] < middles[STRASBOURG][0]


class TestSquares:
    def test_the_area_says_the_number(self):
        chart = drawn(numbers={STRASBOURG: 100, SCHILTIGHEIM: 25})
        assert isclose(square(chart, STRASBOURG).side, 2 * square(chart, SCHILTIGHEIM).side)

    def test_what_is_hidden_has_one_size_whatever_else_is_there(self):
        few = drawn(numbers={STRASBOURG: 5, OSTWALD: Hidden()})
        many = drawn(numbers={STRASBOURG: 5000, OSTWALD: Hidden()})
        assert square(few, OSTWALD) == square(many, OSTWALD)
        assert (square(few, OSTWALD).kind, square(few, OSTWALD).words) == ("hidden", "masqué")

    def test_a_commune_without_any_is_there_and_says_zero(self):
        place = square(drawn(numbers={STRASBOURG: 3}), OSTWALD)
        assert (place.kind, place.words, place.inside) == ("none", "0", "")

    def test_a_number_stands_in_its_square_where_it_has_room(self):
        chart = drawn(numbers={STRASBOURG: 141, OSTWALD: 2})
        assert (square(chart, STRASBOURG).inside, square(chart, OSTWALD).inside) == ("141", "")


class TestList:
    def test_the_list_says_what_the_map_draws_the_largest_first(self):
        elsewhere = [ChartTableRow("Une autre commune", ["2"])]
        chart = drawn(numbers={OSTWALD: Hidden(), SCHILTIGHEIM: 7, STRASBOURG: 9}, elsewhere=elsewhere)
        said = [(row.label, *row.cells) for row in chart.rows]
        assert said == [
            ("Strasbourg", "9"),
            ("Schiltigheim", "7"),
            ("Ostwald", "masqué"),
            ("Une autre commune", "2"),
        ]
        table = [(row.label, *row.cells) for row in chart.table.rows]
        assert [row for row in table if row[1] != "0"] == said
        assert len(table) == len(COMMUNES) + 1

    def test_the_map_is_for_eyes_and_has_no_style_of_its_own(self):
        html = render_to_string("components/charts/communes.html", {"chart": drawn(numbers={STRASBOURG: 1_234})})
        assert '<svg class="communes__map"' in html
        assert 'aria-hidden="true" focusable="false"' in html
        assert "style=" not in html
        assert not re.search(r'(?:x|y|width|height)="[\d ]*,', html), "numbers of a drawing have a point"

    def test_without_any_number_there_is_a_sentence(self):
        assert drawn(numbers={OSTWALD: 0}).is_empty
        assert not drawn(numbers={OSTWALD: Hidden()}).is_empty
        assert not drawn(elsewhere=[ChartTableRow("Une autre commune", ["2"])]).is_empty


def test_no_text_is_less_than_12_pixels_on_a_narrow_phone():
    """The drawing is at least 256 px wide at 320 px, and the font sizes of the style sheet are scaled with it."""
    sheet = (settings.BASE_DIR / "static" / "css" / "components" / "communes.css").read_text()
    size = int(re.search(r"\.communes__map text {[^}]*font-size: (\d+)px", sheet)[1])
    assert size * 256 / ground().width >= 12
