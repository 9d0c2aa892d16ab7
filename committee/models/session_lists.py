"""Topics of the rows that the page of a session lists: agenda, workshops, experts."""

from collections.abc import Sequence
from typing import TypeVar

from committee.models.programme import TopicPage
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem

Row = TypeVar("Row", AgendaItem, WorkshopGroup, SessionExpert)


def with_topics(rows: Sequence[Row]) -> list[tuple[Row, TopicPage | None]]:
    """Returns each of `rows` with its topic, if that is published. At most one query; rows may be unsaved."""
    wanted = {row.topic_id for row in rows if row.topic_id}
    topics = TopicPage.objects.published().in_bulk(wanted) if wanted else {}
    return [(row, topics.get(row.topic_id)) for row in rows]
