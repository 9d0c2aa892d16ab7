"""Pictures of the demonstration: a town of stepped gables, like the logo.

A drawing is made of squares, on a grid of 120 by 80, like the rest of the visual identity, with the colours of the
site.
"""

from collections.abc import Callable
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from cms.models import CustomImage
from demo.content import read

GRID, SQUARE = (120, 80), 10
SKY, DAWN, SUN = "#E1EFF1", "#FBE7DF", "#FFD23F"
WALLS = ("#D9836B", "#F5ECE1", "#E39C86", "#FFFBF5", "#C96F57", "#F5E3CC")
ROOF, WINDOW, LIGHT, BEAM = "#9A3F27", "#0A5160", "#FFD23F", "#574B45"
WATER, RIPPLE, QUAY, LEAF, TRUNK = "#0A5160", "#3C8494", "#857870", "#1B6638", "#574B45"
INK, PAPER, SCREEN, TABLE = "#211A17", "#FFFFFF", "#E1EFF1", "#C9A27E"
SKINS = ("#F2C9A8", "#8D5A3B", "#D9A27A", "#5E3B28")
CLOTHES = ("#0A5160", "#9A3F27", "#1B6638", "#7A4B00")
FOCUS = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")


class Drawing:
    """Picture made of squares: coordinates and sizes are in squares, from the top left corner."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (GRID[0] * SQUARE, GRID[1] * SQUARE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, left: int, top: int, width: int, height: int, colour: str) -> None:
        corner = ((left + width) * SQUARE - 1, (top + height) * SQUARE - 1)
        self.pen.rectangle(((left * SQUARE, top * SQUARE), corner), fill=colour)

    def gable(self, left: int, bottom: int, width: int, height: int, colour: str) -> None:
        """Draws a house from the front: walls, and a stepped roof with steps of two squares."""
        self.box(left, bottom - height, width, height, colour)
        for step in range(1, width // 4):
            self.box(left + 2 * step, bottom - height - 2 * step, width - 4 * step, 2, colour)
        for row in range(bottom - height + 2, bottom - 5, 5):
            for column in range(left + 2, left + width - 2, 4):
                lit = (row * 7 + column * 3) % 5 == 0
                self.box(column, row, 2, 3, LIGHT if lit else WINDOW)
        self.box(left + width // 2 - 1, bottom - 4, 2, 4, ROOF)

    def tree(self, left: int, bottom: int) -> None:
        self.box(left + 2, bottom - 4, 2, 4, TRUNK)
        self.box(left, bottom - 10, 6, 6, LEAF)
        self.box(left + 1, bottom - 12, 4, 2, LEAF)

    def person(self, left: int, bottom: int, number: int) -> None:
        """Draws a seated person: head with hair and eyes, and shoulders."""
        self.box(left, bottom - 10, 14, 10, CLOTHES[number % 4])
        self.box(left + 3, bottom - 18, 8, 8, SKINS[number % 4])
        self.box(left + 3, bottom - 20, 8, 2, INK)
        self.box(left + 2, bottom - 19, 1, 3 + 2 * number, INK)
        for eye in (5, 8):
            self.box(left + eye, bottom - 15, 1, 1, INK)

    def file(self, name: str) -> ContentFile:
        content = BytesIO()
        self.image.save(content, "PNG", optimize=True)
        return ContentFile(content.getvalue(), name=name)


def street(drawing: Drawing, bottom: int) -> None:
    """Draws a row of gables over the whole width."""
    left = 0
    for number, (width, height) in enumerate(((22, 26), (18, 18), (26, 30), (16, 20), (22, 24), (16, 16))):
        drawing.gable(left, bottom, width, height, WALLS[number])
        left += width


def river() -> Drawing:
    """Returns houses on the quay, with their reflection in the water."""
    drawing = Drawing(SKY)
    drawing.box(94, 6, 10, 10, SUN)
    street(drawing, 52)
    drawing.box(0, 52, 120, 3, QUAY)
    drawing.box(0, 55, 120, 25, WATER)
    for row in range(57, 80, 4):
        for left in range((row * 5) % 12, 120, 14):
            drawing.box(left, row, 7, 1, RIPPLE)
    drawing.tree(3, 52)
    drawing.tree(106, 52)
    return drawing


def workshop() -> Drawing:
    """Returns three people around a table, each with a screen, in front of a window."""
    drawing = Drawing(PAPER)
    drawing.box(0, 0, 120, 62, "#F5ECE1")
    drawing.box(30, 4, 60, 30, INK)
    drawing.box(32, 6, 56, 26, SKY)
    for number, left in enumerate((34, 48, 66)):
        drawing.gable(left, 32, 14 if number != 1 else 16, 10 + 2 * number, WALLS[number * 2])
    for number, left in enumerate((10, 48, 86)):
        drawing.person(left, 60, number)
    drawing.box(6, 60, 108, 5, TABLE)
    drawing.box(12, 65, 4, 15, TRUNK)
    drawing.box(104, 65, 4, 15, TRUNK)
    for left in (22, 60, 98):
        drawing.box(left, 51, 12, 9, INK)
        drawing.box(left + 1, 52, 10, 7, SCREEN)
        drawing.box(left + 2, 54, 7, 1, WATER)
        drawing.box(left + 2, 56, 4, 1, WATER)
    return drawing


def clock() -> Drawing:
    """Returns a screen with the duration of a form: a list with three ticked lines, and a clock."""
    drawing = Drawing(DAWN)
    street(drawing, 80)
    drawing.box(26, 10, 68, 52, INK)
    drawing.box(28, 12, 64, 48, PAPER)
    drawing.box(28, 12, 64, 6, WATER)
    for number in range(4):
        top = 24 + number * 8
        drawing.box(34, top, 4, 4, LEAF if number < 3 else QUAY)
        drawing.box(42, top + 1, 18 - 3 * (number % 2), 2, BEAM)
    drawing.box(68, 24, 18, 18, WATER)
    drawing.box(70, 26, 14, 14, PAPER)
    drawing.box(76, 28, 2, 6, INK)
    drawing.box(76, 33, 5, 2, INK)
    drawing.box(34, 62, 52, 4, QUAY)
    return drawing


def portrait() -> Drawing:
    """Returns a smiling person in front of roofs."""
    drawing = Drawing(SKY)
    street(drawing, 80)
    drawing.box(28, 68, 64, 12, CLOTHES[0])
    drawing.box(52, 58, 16, 12, SKINS[2])
    drawing.box(40, 20, 40, 42, SKINS[2])
    drawing.box(40, 12, 40, 12, BEAM)
    for left in (34, 80):
        drawing.box(left, 16, 6, 34, BEAM)
    for left in (48, 66):
        drawing.box(left, 34, 6, 6, INK)
        drawing.box(left, 48, 6, 2, ROOF)
    drawing.box(52, 50, 16, 4, ROOF)
    return drawing


DRAWINGS: dict[str, Callable[[], Drawing]] = {
    "maisons-sur-le-quai": river,
    "atelier-autour-d-une-table": workshop,
    "duree-d-une-demarche": clock,
    "portrait-de-helene": portrait,
}


def make(name: str) -> CustomImage:
    """Returns the picture `name`, drawn and saved in the library."""
    file = DRAWINGS[name]().file(f"{name}.png")
    text = dict(read("pictures")[name])
    focus = dict(zip(FOCUS, text.pop("focus", ()), strict=False))
    return CustomImage.objects.create(**text, **focus, credit="Dessin du comité", file=file)
