"""Drawn portraits of `static/img/portraits.svg`, assembled from parts: `python -m tools.portraits`.

A portrait is a grid of 14 × 14 cells. A part is a picture in letters, drawn downwards from its first row; later parts
cover earlier ones, and a dot is transparent. The letters:

    s skin   m mouth   h hair   c clothes   a what is worn   i ink   w white   f frame of glasses   l lit window
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from committee.models.portraits import Portrait

FILE = Path(__file__).resolve().parents[1] / "static" / "img" / "portraits.svg"
SIDE = 14

INK, FRAME, WHITE, LIT, BRICK, DARK_BRICK = "#211A17", "#7A2E1B", "#FFFFFF", "#FFD23F", "#D9836B", "#9A3F27"
# Skin colours, each with the colour of the mouth.
FAIR, LIGHT, BROWN, DARK = (
    ("#F4CFB0", "#B4553C"),
    ("#DDA87F", "#8E3B25"),
    ("#A9714B", "#5E2A1B"),
    ("#74492F", "#32180F"),
)
BLACK, CHESTNUT, RED, BLOND, GREY, SNOW = "#2B211D", "#6B3F22", "#A8452A", "#B97F1E", "#77706B", "#F7F3ED"
TEAL, VIOLET, OCHRE, GREEN, PINK = "#0B5563", "#5A3392", "#724700", "#1B6638", "#A01E4B"
# Backgrounds: a picture does not change with the theme.
ON_TEAL, ON_VIOLET, ON_YELLOW, ON_GREEN, ON_PINK = "#9CD3DC", "#C9B4EE", "#FFD468", "#9BD5AA", "#F5AFC4"


class Part(NamedTuple):
    """Rows of letters, starting at row `top`."""

    top: int
    rows: str


# fmt: off
HEAD = Part(3, """
....ssssss....
....ssssss....
....ssssss....
...ssississ...
...ssssssss...
....ssmmss....
....ssssss....
.....ssss.....
...cccssccc...
..cccccccccc..
.cccccccccccc.
""")
SHORT = Part(1, """
.....hhhh.....
....hhhhhh....
...hhhhhhhh...
...hh....hh...
...h......h...
""")
PARTED = Part(1, """
....hhhhhhh...
...hhhhhhhh...
...hhhhhhhh...
...hhhhh..h...
...hh.....h...
""")
CURLY = Part(0, """
....hh.hhh....
...hhhhhhhhh..
..hhhhhhhhhh..
..hhhhhhhhhh..
..hhh.hh.hhh..
..hh......hh..
..h........h..
""")
ROUND = Part(0, """
....hhhhhh....
..hhhhhhhhhh..
.hhhhhhhhhhhh.
.hhhhhhhhhhhh.
.hhhh....hhhh.
.hhh......hhh.
.hh........hh.
..h........h..
""")
LONG = Part(1, """
....hhhhhh....
...hhhhhhhh...
..hhhhhhhhhh..
..hhhh..hhhh..
..hh......hh..
..hh......hh..
..hh......hh..
..hh......hh..
..hh......hh..
..hhh....hhh..
..hh......hh..
""")
BOB = Part(1, """
....hhhhhh....
...hhhhhhhh...
..hhhhhhhhhh..
..hhhhhhhhhh..
..hh......hh..
..hh......hh..
..hh......hh..
..hh......hh..
""")
FRINGE = Part(1, """
....hhhhhh....
...hhhhhhhh...
..hhhhhhhhhh..
..hhhhhhhhhh..
..hhhh.hh.hh..
..hh......hh..
..hh......hh..
..hh......hh..
..hhh....hhh..
""")
BUN = Part(0, """
.....hhhh.....
......hh......
....hhhhhh....
...hhhhhhhh...
...hhh..hhh...
...h......h...
""")
BRAIDS = Part(1, """
....hhhhhh....
...hhhhhhhh...
...hhhhhhhh...
...hhh..hhh...
..hh......hh..
..h........h..
..hh......hh..
..h........h..
..hh......hh..
..a........a..
..h........h..
""")
BALD = Part(2, """
.....ssss.....
""")
SIDES = Part(5, """
...h......h...
""")
CAP = Part(1, """
....aaaaaa....
...aaaaaaaa...
...aaaaaaaa...
...aaaaaaaaaa.
...h......h...
""")
HAT = Part(0, """
....aaaaaa....
....aaaaaa....
....iiiiii....
..aaaaaaaaaa..
""")
HEADSCARF = Part(1, """
....aaaaaa....
...aaaaaaaa...
..aaaaaaaaaa..
..aaa....aaa..
..aa......aa..
..aa......aa..
..aa......aa..
..aa......aa..
..aaa....aaa..
...aaaaaaaa...
...aaaaaaaa...
....aaaaaa....
""")
BEARD = Part(7, """
....h....h....
....hhmmhh....
....hhhhhh....
.....hhhh.....
""")
GLASSES = Part(5, """
...fff..fff...
...fwiffiwf...
....ff..ff....
""")
HEADSET = Part(1, """
....iiiiii....
...i......i...
..i........i..
..i........i..
..ii......ii..
..ii......ii..
..ii......ii..
..........i...
.......iii....
""")
SCARF = Part(10, """
....aaaaaa....
....aaaaaa....
.......aa.....
.......aa.....
""")
STRIPE = Part(12, """
..wwwwwwwwww..
""")
HOUSE = Part(1, """
......cc......
......cc......
....cccccc....
....cccccc....
..cccccccccc..
..cccccccccc..
..cllccccllc..
..cllccccllc..
..cccccccccc..
..ccccaacccc..
..ccccaacccc..
..ccccaacccc..
iiiiiiiiiiiiii
""")
# fmt: on


class Figure(NamedTuple):
    """Parts from bottom to top, and the colours of their letters."""

    ground: str
    parts: tuple[Part, ...]
    clothes: str
    skin: tuple[str, str] = FAIR
    hair: str = BLACK
    worn: str = DARK_BRICK

    def colour(self, letter: str) -> str:
        skin, mouth = self.skin
        fixed = {"i": INK, "f": FRAME, "w": WHITE, "l": LIT}
        return {"s": skin, "m": mouth, "h": self.hair, "c": self.clothes, "a": self.worn, **fixed}[letter]


FIGURES = {
    Portrait.HOUSE: Figure(ON_TEAL, (HOUSE,), BRICK),
    Portrait.SHORT_BLACK: Figure(ON_YELLOW, (HEAD, BEARD, SHORT), GREEN, LIGHT),
    Portrait.GLASSES_WHITE: Figure(ON_PINK, (HEAD, SHORT, GLASSES), TEAL, LIGHT, SNOW),
    Portrait.CURLY_BROWN: Figure(ON_TEAL, (HEAD, CURLY), PINK, FAIR, CHESTNUT),
    Portrait.LONG_RED: Figure(ON_GREEN, (HEAD, LONG), VIOLET, FAIR, RED),
    Portrait.ROUND_BLACK: Figure(ON_YELLOW, (HEAD, ROUND), TEAL, DARK),
    Portrait.BOB_GREY: Figure(ON_VIOLET, (HEAD, BOB), OCHRE, LIGHT, GREY),
    Portrait.CAP: Figure(ON_PINK, (HEAD, CAP), OCHRE, BROWN, worn=TEAL),
    Portrait.BALD_GLASSES: Figure(ON_GREEN, (HEAD, BALD, GLASSES), PINK, DARK),
    Portrait.HEADSCARF: Figure(ON_TEAL, (HEAD, HEADSCARF), OCHRE, LIGHT, worn=PINK),
    Portrait.LONG_BLACK: Figure(ON_PINK, (HEAD, LONG, GLASSES), GREEN, FAIR),
    Portrait.SHORT_BLOND: Figure(ON_VIOLET, (HEAD, PARTED, STRIPE), TEAL, FAIR, BLOND),
    Portrait.BRAIDS: Figure(ON_GREEN, (HEAD, BRAIDS), DARK_BRICK, DARK, worn=LIT),
    Portrait.HAT: Figure(ON_YELLOW, (HEAD, SIDES, BEARD, HAT), VIOLET, BROWN, SNOW, OCHRE),
    Portrait.HEADSET: Figure(ON_TEAL, (HEAD, SHORT, HEADSET), DARK_BRICK, BROWN, CHESTNUT),
    Portrait.BUN_WHITE: Figure(ON_PINK, (HEAD, BUN), VIOLET, DARK, SNOW),
    Portrait.FRINGE_BROWN: Figure(ON_VIOLET, (HEAD, FRINGE, SCARF), GREEN, BROWN, CHESTNUT, LIT),
}  # fmt: skip


def painted(figure: Figure) -> dict[tuple[int, int], str]:
    """Returns column and row → colour of the cells of `figure`, without the background."""
    squares = {}
    for part in figure.parts:
        for row, letters in enumerate(part.rows.split(), start=part.top):
            for column, letter in enumerate(letters):
                if letter != ".":
                    squares[column, row] = figure.colour(letter)
    return squares


def _runs(places: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yields column, row and length of each horizontal run of cells."""
    for column, row in sorted(places, key=lambda place: (place[1], place[0])):
        if (column - 1, row) not in places:
            length = 1
            while (column + length, row) in places:
                length += 1
            yield column, row, length


def symbol(name: str, figure: Figure) -> str:
    squares = painted(figure)
    paths = [f'<path fill="{figure.ground}" d="M0 0h{SIDE}v{SIDE}H0z"/>']
    for colour in dict.fromkeys(squares.values()):
        places = {place for place, found in squares.items() if found == colour}
        outline = "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in _runs(places))
        paths.append(f'<path fill="{colour}" d="{outline}"/>')
    drawing = "".join(paths)
    return f'<symbol id="{name}" viewBox="0 0 {SIDE} {SIDE}" shape-rendering="crispEdges">{drawing}</symbol>'


def sprite() -> str:
    symbols = "\n".join(symbol(name.value, figure) for name, figure in FIGURES.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    FILE.write_text(sprite())
