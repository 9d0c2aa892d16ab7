"""Rendering of pixel art: logo and pictograms from their SVG, and text in Pillow's built-in font.

Drawings are on a grid, whose squares become blocks of pixels, sharp at every size. The font comes with Pillow, so that
no font file is needed. It lacks accents, which are drawn here.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

Polygon = list[tuple[float, float]]

# Replacements for characters missing in the font.
REPLACEMENTS = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "–": "-", "—": "-", "‑": "-", "€": "euros", "\u202f": " "}
)
# Accents as polygons, in units of the font size: x from the centre of the letter, y upwards from its top.
ACCENTS: dict[str, list[list[tuple[float, float]]]] = {
    "\u0301": [[(-0.04, 0.0), (0.05, -0.17), (0.16, -0.17), (0.03, 0.0)]],
    "\u0300": [[(0.04, 0.0), (-0.05, -0.17), (-0.16, -0.17), (-0.03, 0.0)]],
    "\u0302": [[(-0.17, 0.0), (-0.04, -0.16), (0.04, -0.16), (0.17, 0.0), (0.08, 0.0), (0.0, -0.1), (-0.08, 0.0)]],
    "\u0308": [
        [(-0.17, -0.03), (-0.17, -0.13), (-0.07, -0.13), (-0.07, -0.03)],
        [(0.07, -0.03), (0.07, -0.13), (0.17, -0.13), (0.17, -0.03)],
    ],
}
CEDILLA = "\u0327"
HOOK = [(-0.02, 0.0), (0.05, 0.0), (0.02, 0.05), (0.1, 0.12), (0.0, 0.2), (-0.1, 0.19), (0.02, 0.12)]


def polygons(path: str) -> list[Polygon]:
    """Returns the polygons of an SVG path of moves, horizontal and vertical lines."""
    figures: list[Polygon] = []
    x = y = 0.0
    for letter, text in re.findall(r"([MmHhVvz])([^MmHhVvz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        relative = letter.islower()
        match letter.lower():
            case "m":
                x, y = (x + numbers[0], y + numbers[1]) if relative else (numbers[0], numbers[1])
                figures.append([(x, y)])
            case "h":
                x = x + numbers[0] if relative else numbers[0]
                figures[-1].append((x, y))
            case "v":
                y = y + numbers[0] if relative else numbers[0]
                figures[-1].append((x, y))
            case "z":
                x, y = figures[-1][0]
    return figures


def draw_path(image: Image.Image, path: str, colour: str, *, left: int, top: int, unit: int) -> None:
    """Fills the polygons of `path`, with `unit` pixels per grid square and the origin at `left`, `top`."""
    draw = ImageDraw.Draw(image)
    for figure in polygons(path):
        rows = sorted({y for _x, y in figure})
        for above, below in pairwise(rows):
            crossings = sorted(_crossings(figure, (above + below) / 2))
            for start, end in zip(crossings[::2], crossings[1::2], strict=True):
                corner = (left + start * unit, top + above * unit)
                draw.rectangle([corner, (left + end * unit - 1, top + below * unit - 1)], fill=colour)


def _crossings(figure: Polygon, level: float) -> list[float]:
    """Returns the x positions at which the outline of `figure` crosses the height `level`."""
    sides = zip(figure, [*figure[1:], figure[0]], strict=True)
    return [x for (x, y), (_x, other) in sides if min(y, other) < level < max(y, other)]


@functools.cache
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)  # type: ignore[return-value]  # with a size, it is that face


def drawable_text(text: str) -> str:
    """Returns `text` in the characters that can be drawn; others are removed."""
    plain = unicodedata.normalize("NFC", text.translate(REPLACEMENTS))
    drawable = (letter for letter in plain if _is_written(letter))
    return " ".join("".join(drawable).split())


@functools.cache
def _is_written(letter: str) -> bool:
    base, *marks = list(unicodedata.normalize("NFD", letter))
    face = _face(32)
    missing = face.getmask("\uffff")
    has_glyph = base.isspace() or bytes(face.getmask(base)) != bytes(missing)
    return has_glyph and all(mark in ACCENTS or mark == CEDILLA for mark in marks)


def width_of(text: str, size: int) -> float:
    """Returns the width in pixels of `text` as drawn by `write`."""
    return _face(size).getlength(_without_marks(text))


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def write(image: Image.Image, text: str, colour: str, *, left: int, top: int, size: int, stroke: int = 0) -> None:
    """Draws `text`, a result of `drawable_text`, on one line; `stroke` makes it bolder."""
    # Drawn at double size, then scaled down, since polygons are not antialiased.
    face = _face(2 * size)
    wide, high = int(width_of(text, size)) + size, 2 * size
    mask = Image.new("L", (2 * wide, 2 * high))
    draw = ImageDraw.Draw(mask)
    # Margin for parts that extend to the left and above.
    x, y = size // 2, size // 2
    draw.text((x, y), _without_marks(text), 255, face, stroke_width=2 * stroke)
    for start, base, mark in _marks(text, face):
        _draw_mark(draw, base, mark, face, left=x + start, top=y + 2 * stroke)
    image.paste(colour, (left - x // 2, top - y // 2), mask.resize((wide, high), Image.Resampling.BOX))


def _marks(text: str, face: ImageFont.FreeTypeFont) -> Iterator[tuple[float, str, str]]:
    """Yields each accent of `text`, with its letter and the position of the letter."""
    before = ""
    for letter in unicodedata.normalize("NFC", text):
        base, *marks = list(unicodedata.normalize("NFD", letter))
        for mark in marks:
            yield face.getlength(before), base, mark
        before += base


def _draw_mark(
    draw: ImageDraw.ImageDraw, base: str, mark: str, face: ImageFont.FreeTypeFont, *, left: float, top: float
) -> None:
    size = face.size
    start, roof, end, foot = face.getbbox(base)
    middle = left + (start + end) / 2
    if mark == CEDILLA:
        draw.polygon([(middle + x * size, top + foot + (y - 0.025) * size) for x, y in HOOK], fill=255)
        return
    if base == "i":
        # The accent replaces the dot.
        roof = face.getbbox("x")[1]
        draw.rectangle([left, top - size / 10, left + end + size / 20, top + roof - size / 25], fill=0)
    for figure in ACCENTS[mark]:
        draw.polygon([(middle + x * size, top + roof + (y - 0.083) * size) for x, y in figure], fill=255)
