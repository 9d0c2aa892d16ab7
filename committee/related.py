"""What higher apps tie to a row of a session or of a topic: a point of the agenda, a decision, a deliverable.

`committee` is below the apps whose objects these rows are about. Such an app keeps its own links, in models whose
`ParentalKey` leads to the row, so that they live with the page: drafts, revisions, previews and copies carry them. It
registers, in its `wagtail_hooks.py`, a panel that editors see in the form of each row, and a function that finds what
readers see under the rows::

    @hooks.register(ROW_PANELS_HOOK)
    def panel() -> Panel: ...

    @hooks.register(RELATED_TO_ROWS_HOOK)
    def proposals(rows: Sequence[Row], request: HttpRequest) -> list[list[RelatedItem]]: ...

The rows given are of one model, and may be unsaved: in a preview. The answer has one list for each row, in order.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from django.http import HttpRequest
from wagtail import hooks

from cms.hooks import RelatedItem

if TYPE_CHECKING:
    from committee.models import AgendaItem, Deliverable, SessionDecision

ROW_PANELS_HOOK = "committee_row_panels"
RELATED_TO_ROWS_HOOK = "related_to_committee_rows"

Row: TypeAlias = "AgendaItem | Deliverable | SessionDecision"


def related_to_rows(rows: Sequence[Row], request: HttpRequest) -> list[list[RelatedItem]]:
    """Returns, for each of `rows` in order, what the apps know of it that anyone may read."""
    if not rows:
        return []
    found = [find(rows, request) for find in hooks.get_hooks(RELATED_TO_ROWS_HOOK)]
    return [list(chain.from_iterable(of_row)) for of_row in zip(*found, strict=True)] or [[] for _row in rows]
