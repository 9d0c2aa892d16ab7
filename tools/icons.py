"""Icons and cards of `static/img/` that are not SVG, drawn from those that are: `python -m tools.icons`.

The gable and the roofs lie on a grid of squares: each square becomes a block of pixels, sharp at every size.
"""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "static" / "img"
ROOFS = ROOT / "templates" / "components" / "roofs.html"
GROUND, PALE, SANDSTONE, INK, SECOND_INK = "#FFFBF5", "#E1EFF1", "#D9836B", "#211A17", "#574B45"
NAME = ("Comité des usagers", "du numérique")
PLACE = "Ville et Eurométropole de Strasbourg"
CARD = (1200, 630)
# The colours of the site, and what lies between them at the edges of letters.
CARD_COLOURS = 32

Polygon = list[tuple[float, float]]


def polygons(path: str) -> list[Polygon]:
    """Returns the closed figures of an SVG path that is made of moves and of level and upright lines."""
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
    """Fills the figures of `path`; a square of its grid is `unit` pixels, its origin is at `left`, `top`."""
    draw = ImageDraw.Draw(image)
    for figure in polygons(path):
        rows = sorted({y for _x, y in figure})
        for above, below in pairwise(rows):
            crossings = sorted(_crossings(figure, (above + below) / 2))
            for start, end in zip(crossings[::2], crossings[1::2], strict=True):
                corner = (left + start * unit, top + above * unit)
                draw.rectangle([corner, (left + end * unit - 1, top + below * unit - 1)], fill=colour)


def _crossings(figure: Polygon, level: float) -> list[float]:
    """Where the outline of `figure` crosses the level line at `level`."""
    sides = zip(figure, [*figure[1:], figure[0]], strict=True)
    return [x for (x, y), (_x, other) in sides if min(y, other) < level < max(y, other)]


def draw_gable(image: Image.Image, *, left: int, top: int, unit: int) -> None:
    """Draws the logo, ten squares wide and high, with the colours of its SVG file."""
    root = ElementTree.parse(IMAGES / "icon.svg").getroot()  # noqa: S314 - our own file
    for path in root:
        draw_path(image, path.attrib["d"], path.attrib["fill"], left=left, top=top, unit=unit)


def icon(size: int, unit: int, ground: str | None) -> Image.Image:
    """A square with the gable in its middle. On a telephone the corners may be cut: the gable keeps clear of them."""
    image = Image.new("RGB", (size, size), ground) if ground else Image.new("RGBA", (size, size))
    draw_gable(image, left=(size - 10 * unit) // 2, top=(size - 10 * unit) // 2, unit=unit)
    return image


def card() -> Image.Image:
    """Card of a shared link whose page has no picture: the gable, the name of the committee, the roofs."""
    image = Image.new("RGB", CARD, PALE)
    draw_gable(image, left=90, top=130, unit=24)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(NAME):
        write(draw, line, INK, left=390, top=150 + 96 * number, size=82, stroke=1)
    write(draw, PLACE, SECOND_INK, left=394, top=368, size=38)
    roofs = ROOFS.read_text(encoding="utf-8").partition('<svg class="roofs"')[2]
    for left in (-282, 306, 894):
        for path, colour in zip(re.findall(r' d="([^"]+)"', roofs), (SANDSTONE, GROUND), strict=True):
            draw_path(image, path, colour, left=left, top=CARD[1], unit=6)
    return image.quantize(CARD_COLOURS, dither=Image.Dither.NONE)


def write(
    draw: ImageDraw.ImageDraw, text: str, colour: str, *, left: int, top: int, size: int, stroke: int = 0
) -> None:
    """Writes `text` in the face that comes with Pillow, the same on every machine; it lacks the é, drawn here."""
    font = ImageFont.load_default(size)
    plain = text.replace("é", "e")
    draw.text((left, top), plain, colour, font, stroke_width=stroke)
    foot = top + font.getbbox("x")[1] - size // 12
    for position in (found.start() for found in re.finditer("é", text)):
        middle = left + font.getlength(plain[:position]) + font.getlength("e") / 2
        accent = [(-0.04, 0.0), (0.05, -0.17), (0.16, -0.17), (0.03, 0.0)]
        draw.polygon([(middle + x * size, foot + y * size) for x, y in accent], fill=colour)


def pictures() -> dict[str, Image.Image]:
    """Returns every picture by the name of its file."""
    return {
        "favicon.ico": icon(32, 3, None),
        "apple-touch-icon.png": icon(180, 13, GROUND).quantize(8),
        "icon-192.png": icon(192, 10, GROUND).quantize(8),
        "icon-512.png": icon(512, 28, GROUND).quantize(8),
        "card.png": card(),
    }


def main() -> None:
    for name, picture in pictures().items():
        if name.endswith(".ico"):
            picture.save(IMAGES / name, sizes=[picture.size])
        else:
            picture.save(IMAGES / name, optimize=True)
        print(f"{name}: {picture.width} × {picture.height}, {(IMAGES / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
