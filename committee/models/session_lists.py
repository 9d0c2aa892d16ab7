"""Rows of sessions with what lists show beside them: topics of the agenda, workshops and experts."""

from collections.abc import Sequence
from typing import TypeVar

from django.http import HttpRequest

from cms.hooks import RelatedItem
from committee.hooks import related_to_rows
from committee.models.programme import TopicPage
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem

Row = TypeVar("Row", AgendaItem, WorkshopGroup, SessionExpert)
Linked = TypeVar("Linked", AgendaItem, WorkshopGroup)


def with_topics(rows: Sequence[Row]) -> list[tuple[Row, TopicPage | None]]:
    """Returns each of `rows` with its topic, if that is published. At most one query; rows may be unsaved."""
    wanted = {row.topic_id for row in rows if row.topic_id}
    topics = TopicPage.objects.published().in_bulk(wanted) if wanted else {}
    return [(row, topics.get(row.topic_id)) for row in rows]


def with_related(
    rows: Sequence[Linked], request: HttpRequest
) -> list[tuple[Linked, TopicPage | None, list[RelatedItem]]]:
    """Returns each of `rows` with its topic, if that is published, and its related items; rows may be unsaved."""
    related = related_to_rows(rows, request)
    return [(row, topic, found) for (row, topic), found in zip(with_topics(rows), related, strict=True)]
