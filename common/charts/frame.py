"""What all charts have in common, and the table that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.charts.values import Text

NOTHING = _("There are no figures yet.")


@dataclass(frozen=True)
class Row:
    """A row of a table: its head, an address where the head leads somewhere, and the cells after it."""

    label: Text
    cells: Sequence[str]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """The figures of a chart, in words."""

    heads: Sequence[Text]
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A title, one sentence that says what to see, the drawing, and remarks under it.

    `head` names what the rows of the table are. A chart without any figure is the sentence `nothing`.
    """

    title: Text
    head: Text
    sentence: Text = ""
    notes: Sequence[Text] = ()
    nothing: Text = NOTHING

    # The template of the drawing; its marks are in `drawn`.
    drawing: ClassVar[str]

    @property
    def table(self) -> Table:
        """The same figures, in the same order."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        return not self.table.rows

    @property
    def remarks(self) -> Sequence[Text]:
        return self.notes
