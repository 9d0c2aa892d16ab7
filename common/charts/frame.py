"""Base of all charts, and the table with the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.charts.values import Text

NOTHING = _("There are no figures yet.")


@dataclass(frozen=True)
class ChartTableRow:
    """Row of a table: header with an optional URL, and cells."""

    label: Text
    cells: Sequence[str]
    url: str = ""


@dataclass(frozen=True)
class ChartTable:
    """Figures of a chart as a table."""

    heads: Sequence[Text]
    rows: Sequence[ChartTableRow]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Chart with a title, a one-sentence summary, the drawing, and remarks below.

    `head` is the header of the first column. A chart without figures displays the sentence `nothing`.
    """

    title: Text
    head: Text
    sentence: Text = ""
    notes: Sequence[Text] = ()
    nothing: Text = NOTHING

    # Template of the drawing; its marks are in `drawn`.
    drawing: ClassVar[str]

    @property
    def table(self) -> ChartTable:
        """Table of the same figures, in the same order."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        return not self.table.rows

    @property
    def remarks(self) -> Sequence[Text]:
        return self.notes
