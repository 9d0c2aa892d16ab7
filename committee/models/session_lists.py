"""The lists on the page of a session: agenda, experts, decisions… Each is a query, most of them of no row.

Their SQL is written once: it took Django four times as long as the database took to answer.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import models

from committee.models.programme import TopicPage
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem, SessionAction, SessionDecision, SessionDocument
from common.compiled import compiled


def _finder(model: type[models.Model]) -> Callable[..., list[Any]]:
    @compiled
    def rows(session: int) -> models.QuerySet[Any]:
        return model._default_manager.filter(session=session)

    return rows


ROWS = {
    model: _finder(model)
    for model in (AgendaItem, WorkshopGroup, SessionExpert, SessionDecision, SessionAction, SessionDocument)
}


def rows_of(session: int | None, relation: Any) -> list[Any]:
    """Returns the rows of a `relation` of the page of that number, in order; in a preview, those in memory."""
    rows = relation.all()
    return ROWS[rows.model](session) if isinstance(rows, models.QuerySet) else list(rows)


Row = TypeVar("Row", AgendaItem, WorkshopGroup, SessionExpert)


def with_topics(rows: Sequence[Row]) -> list[tuple[Row, TopicPage | None]]:
    """Returns each of `rows` with its topic, if that is published. At most one query; rows may be unsaved."""
    wanted = {row.topic_id for row in rows if row.topic_id}
    topics = TopicPage.objects.published().in_bulk(wanted) if wanted else {}
    return [(row, topics.get(row.topic_id)) for row in rows]
