"""Helpers that read the charts of a page: figures beside each drawing, and figures in its table."""

import re
from collections import Counter
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag


@dataclass
class Shown:
    """Chart of a page: the figures of its drawing and those of its table."""

    figure: Tag

    @property
    def title(self) -> str:
        return text(self.figure.figcaption)

    @property
    def drawn(self) -> Counter:
        """Figures beside the drawing. A label without a digit is not a figure."""
        values = [one for one in self.figure.select(".chart__value") if not one.find_parent("details")]
        return figures(values)

    @property
    def written(self) -> Counter:
        """Figures of the table; for a calendar, its days."""
        return figures(self.figure.select("details tbody th" if self.figure.select(".chart__year") else "details td"))

    @property
    def is_empty(self) -> bool:
        return bool(self.figure.select(".empty"))

    def faults(self) -> list[str]:
        """Returns the differences between the drawing and the table, and the parts that are missing."""
        if self.is_empty:
            return [f"{self.title}: no figure, and a drawing"] if self.figure.select("svg, details, table") else []
        found = [] if self.drawn == self.written else [f"{self.title}: {self.drawn} drawn, {self.written} written"]
        if not self.drawn:
            found.append(f"{self.title}: no figure, and no sentence that says so")
        if len(self.figure.select("details > summary")) != 1 or not text(self.figure.select_one("caption")):
            found.append(f"{self.title}: no table")
        return found


def charts_in(html: str) -> list[Shown]:
    return [Shown(figure) for figure in BeautifulSoup(html, "html.parser").select("figure.chart")]


def text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


def figures(tags: list[Tag]) -> Counter:
    """Returns the figures of `tags`, "masqué" included. Zeros and unknown values need not be drawn."""
    texts = [text(tag) for tag in tags]
    return Counter(one for one in texts if one not in ("0", "inconnu") and (re.search(r"\d", one) or one == "masqué"))
