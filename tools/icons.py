"""Raster icons and cards of `static/img/`, drawn from the SVG sources: `python -m tools.icons`.

They are drawn on a grid: each cell becomes a block of pixels, sharp at every size (`common.pixel_art`).
"""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PIL import Image

from common.palette import light
from common.pixel_art import draw_path, write

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "static" / "img"
HOUSES = ROOT / "templates" / "components" / "gables.html"
UNIT_OF_HOUSES = 6
NAME = ("Comité des usagers", "du numérique")
CARD = (1200, 630)
# Colours of the site, and intermediate colours for the antialiased letters.
CARD_COLOURS = 48


def draw_gable(image: Image.Image, *, left: int, top: int, unit: int) -> None:
    """Draws the logo, 10 × 10 cells, with the colours of its SVG file."""
    root = ElementTree.parse(IMAGES / "icon.svg").getroot()  # noqa: S314 - our own file
    for path in root:
        draw_path(image, path.attrib["d"], path.attrib["fill"], left=left, top=top, unit=unit)


def icon(size: int, unit: int, ground: str | None) -> Image.Image:
    """Returns a square icon with the gable centred, clear of the corners, which phones may cut."""
    image = Image.new("RGB", (size, size), ground) if ground else Image.new("RGBA", (size, size))
    draw_gable(image, left=(size - 10 * unit) // 2, top=(size - 10 * unit) // 2, unit=unit)
    return image


def card() -> Image.Image:
    """Returns the default card of links: the gable, the name of the committee, the houses of the topics."""
    image = Image.new("RGB", CARD, light()["sky"])
    draw_gable(image, left=90, top=100, unit=24)
    for index, line in enumerate(NAME):
        write(image, line, light()["ink"], left=390, top=132 + 96 * index, size=82, stroke=1)
    for left in (-498, 498):
        draw_houses(image, left=left, top=CARD[1] - 40 * UNIT_OF_HOUSES)
    return image.quantize(CARD_COLOURS, dither=Image.Dither.NONE)


def draw_houses(image: Image.Image, *, left: int, top: int) -> None:
    """Draws the houses above lists, each in the colours of its family (`page_head.css`)."""
    for group in ElementTree.fromstring(HOUSES.read_text(encoding="utf-8").rpartition("{% endcomment %}")[2]):  # noqa: S314
        family = group.attrib["class"].removeprefix("family--")
        part = {"wall": family, "mid": f"{family}-mid", "lit": "yellow", "door": "ground"}
        for path in group:
            colour = light()[part[path.attrib["class"].removeprefix("gables__")]]
            draw_path(image, path.attrib["d"], colour, left=left, top=top, unit=UNIT_OF_HOUSES)


def pictures() -> dict[str, Image.Image]:
    """Returns file name → picture."""
    return {
        "favicon.ico": icon(32, 3, None),
        "apple-touch-icon.png": icon(180, 13, light()["ground"]).quantize(8),
        "icon-192.png": icon(192, 10, light()["ground"]).quantize(8),
        "icon-512.png": icon(512, 28, light()["ground"]).quantize(8),
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
