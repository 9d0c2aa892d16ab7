"""Image of a link preview, as pixel art: the title, the pictogram on the pattern of its topic, the house.

Colours, patterns and drawings are those of the pages: `tokens.css`, `pictogram.css`, and the pictograms and logo of
`static/img`.
"""

import functools
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from PIL import Image

from cms.hooks import CardSubject
from common.palette import STATIC, light
from common.pixel_art import draw_path, drawable_text, width_of, write

WIDTH, HEIGHT = 1200, 630
# Left edge of the picture of the topic, and the margin around the text.
EDGE, MARGIN = 830, 64
ROOM = EDGE - 2 * MARGIN
MOST_LINES = 4
# Font sizes in pixels: the largest one in which the title fits is used; in the last one the title is truncated.
SIZES = (68, 58, 48)
# The colours of the site, and blends of them at the edges of letters.
MOST_COLOURS = 48
# Same opacity as on the pages (`static/css/components/cover.css`).
STRENGTH_OF_PATTERN = 0.42
SQUARE, SQUARE_OF_PATTERN = 20, 6

SVG = "{http://www.w3.org/2000/svg}"
PATTERN = re.compile(r"^(?:\.family--(\w+)|:root) .*viewBox='0 0 (\d+) (\d+)'.* d='([^']+)'", re.M)


@dataclass(frozen=True)
class Drawing:
    """Pixel art: width and height of the grid, and paths with the names of their colours."""

    width: int
    height: int
    paths: tuple[tuple[str, str], ...]


def draw(subject: CardSubject, site_name: str) -> bytes:
    """Returns the PNG. At most a few hundred letters of the title are measured."""
    image = Image.new("RGB", (WIDTH, HEIGHT), light()["ground"])
    colours = _colours_of(subject.family)
    _draw_picture(image, subject, colours)
    top = MARGIN
    if subject.topic:
        image.paste(colours["mid"], (MARGIN, top + 8, MARGIN + 24, top + 32))
        name = _cut(drawable_text(subject.topic), 32, ROOM - 40)
        write(image, name, colours["line"], left=MARGIN + 40, top=top, size=32, stroke=1)
        top += 64
    size, lines = _title(drawable_text(subject.title[:300]))
    for index, line in enumerate(lines):
        write(image, line, light()["ink"], left=MARGIN, top=top + index * size * 5 // 4, size=size, stroke=1)
    foot = HEIGHT - MARGIN
    for path in ElementTree.parse(STATIC / "img" / "icon.svg").getroot():  # noqa: S314 - our own file
        draw_path(image, path.attrib["d"], path.attrib["fill"], left=MARGIN, top=foot - 60, unit=6)
    write(
        image, _cut(drawable_text(site_name), 30, ROOM - 84), light()["ink-2"], left=MARGIN + 84, top=foot - 44, size=30
    )
    file = io.BytesIO()
    image.quantize(MOST_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _colours_of(family: str) -> dict[str, str]:
    """Returns the colours of a family by role; those of the house for ""."""
    names = (family, f"{family}-mid", f"{family}-pale") if family else ("sandstone-dark", "sandstone", "sandstone-pale")
    return dict(zip(("line", "mid", "pale"), (light()[name] for name in names), strict=True))


def _title(title: str) -> tuple[int, list[str]]:
    """Returns the font size of the title, and its lines."""
    for size in SIZES:
        lines = _wrapped(title, size)
        if len(lines) <= MOST_LINES and all(width_of(line, size) <= ROOM for line in lines):
            break
    shortened = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
    return size, [_cut(line, size, ROOM) for line in shortened if line]


def _wrapped(text: str, size: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(candidate, size) <= ROOM:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines


def _cut(text: str, size: int, room: int) -> str:
    """Returns `text`, truncated with an ellipsis if it is wider than `room`."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _draw_picture(image: Image.Image, subject: CardSubject, colours: dict[str, str]) -> None:
    """Draws the right part of the card: the pattern of the family and, on a square, the pictogram."""
    ground = Image.new("RGB", (WIDTH - EDGE, HEIGHT), colours["pale"])
    filled = ground.copy()
    pattern = _patterns()[subject.family]
    tile = Image.new("RGB", (pattern.width * SQUARE_OF_PATTERN, pattern.height * SQUARE_OF_PATTERN), colours["pale"])
    for path, name in pattern.paths:
        draw_path(tile, path, colours[name], left=0, top=0, unit=SQUARE_OF_PATTERN)
    for left in range(0, filled.width, tile.width):
        for top in range(0, filled.height, tile.height):
            filled.paste(tile, (left, top))
    image.paste(Image.blend(ground, filled, STRENGTH_OF_PATTERN), (EDGE, 0))
    pictogram = _pictograms()[subject.pictogram or "house"]
    width, height = pictogram.width * SQUARE, pictogram.height * SQUARE
    left, top = (EDGE + WIDTH - width) // 2, (HEIGHT - height) // 2
    image.paste(colours["pale"], (left - SQUARE, top - SQUARE, left + width + SQUARE, top + height + SQUARE))
    for path, name in pictogram.paths:
        draw_path(image, path, colours[name], left=left, top=top, unit=SQUARE)


@functools.cache
def _patterns() -> dict[str, Drawing]:
    """Returns the patterns by family, with that of the house under ""."""
    source = (STATIC / "css" / "components" / "pictogram.css").read_text(encoding="utf-8")
    patterns = PATTERN.findall(source)
    return {family: Drawing(int(width), int(height), ((path, "mid"),)) for family, width, height, path in patterns}


@functools.cache
def _pictograms() -> dict[str, Drawing]:
    """Returns the drawings of the sprite. `currentColor` is the line colour; other parts name their tone."""
    root = ElementTree.parse(STATIC / "img" / "pictograms.svg").getroot()  # noqa: S314 - our own file
    drawings = {}
    for symbol in root.iter(f"{SVG}symbol"):
        width, height = map(int, symbol.attrib["viewBox"].split()[2:])
        paths = ((path.attrib["d"], _tone(path.attrib["fill"])) for path in symbol.iter(f"{SVG}path"))
        drawings[symbol.attrib["id"]] = Drawing(width, height, tuple(paths))
    return drawings


def _tone(fill: str) -> str:
    match = re.match(r"var\(--family-(mid|pale)", fill)
    return match[1] if match else "line"
