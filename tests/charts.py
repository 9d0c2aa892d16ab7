"""Charts as a page shows them: what is written beside each drawing, and what its table says."""

import re
from collections import Counter
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag


@dataclass
class Shown:
    """A chart of a page: the figures of its drawing, and those of its table."""

    figure: Tag

    @property
    def title(self) -> str:
        return text(self.figure.figcaption)

    @property
    def drawn(self) -> Counter:
        """The figures beside the drawing. A name of a missing one is no figure."""
        values = [one for one in self.figure.select(".chart__value") if not one.find_parent("details")]
        return figures(values)

    @property
    def written(self) -> Counter:
        """The figures of the table: those of a calendar are its days."""
        return figures(self.figure.select("details tbody th" if self.figure.select(".chart__year") else "details td"))

    @property
    def is_empty(self) -> bool:
        return bool(self.figure.select(".empty"))

    def faults(self) -> list[str]:
        """What keeps a reader of the table from knowing what the drawing says, or the reverse."""
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
    """The figures of `tags`, and what is hidden. A zero of a state, and what is not known, need not be drawn."""
    texts = [text(tag) for tag in tags]
    return Counter(one for one in texts if one not in ("0", "inconnu") and (re.search(r"\d", one) or one == "masqué"))
