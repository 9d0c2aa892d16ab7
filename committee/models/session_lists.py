"""Rows of sessions with their related objects: topics of the agenda, workshops and experts; experts heard."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from django.http import HttpRequest

from committee.hooks import RelatedItem, related_to_rows
from committee.models.programme import TopicPage
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem

if TYPE_CHECKING:
    from committee.models.sessions import SessionPage, SessionQuerySet

Row = TypeVar("Row", AgendaItem, WorkshopGroup, SessionExpert)
Linked = TypeVar("Linked", AgendaItem, WorkshopGroup)


def with_topics(rows: Sequence[Row]) -> list[tuple[Row, TopicPage | None]]:
    """Returns each of `rows` with its topic, if it is published. At most one query; rows may be unsaved."""
    topic_pks = {row.topic_id for row in rows if row.topic_id}
    topics = TopicPage.objects.published().in_bulk(topic_pks) if topic_pks else {}
    return [(row, topics.get(row.topic_id)) for row in rows]


def with_related(
    rows: Sequence[Linked], request: HttpRequest
) -> list[tuple[Linked, TopicPage | None, list[RelatedItem]]]:
    """Returns each of `rows` with its topic, if it is published, and its related items; rows may be unsaved."""
    related = related_to_rows(rows, request)
    return [(row, topic, items) for (row, topic), items in zip(with_topics(rows), related, strict=True)]


def heard_at(sessions: "SessionQuerySet") -> list[tuple["SessionPage", list[SessionExpert]]]:
    """Returns the `sessions` with experts, each with its experts, the latest first. One query."""
    experts = SessionExpert.objects.filter(session__in=sessions.order_by().values("pk"))
    experts = experts.select_related("session").defer("session__minutes")
    rows = experts.order_by("-session__starts_at", "session", "sort_order", "pk")
    return [(session, list(group)) for session, group in groupby(rows, key=attrgetter("session"))]
