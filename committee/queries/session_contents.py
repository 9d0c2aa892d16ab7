"""Contents of sessions for convocations: agenda, experts, documents, proposals, minutes to approve."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.models import CustomDocument
from cms.models.files import closed_collections
from committee.hooks import RelatedItem, related_to_rows
from committee.models import AgendaItem, MemberDocument, SessionExpert, SessionMinutes, SessionPage


@dataclass(frozen=True)
class SessionFile:
    """Document of the page of a session; without a URL if it is not public."""

    title: str
    type_and_size: str
    url: str


@dataclass(frozen=True)
class SessionContents:
    """Agenda of a session and its preparation.

    `members_documents` are for users who may read members' documents only.
    """

    agenda: list[AgendaItem]
    experts: list[SessionExpert]
    documents: list[SessionFile]
    members_documents: list[MemberDocument]
    proposals: list[RelatedItem]
    # Sessions whose minutes are to be approved.
    to_approve: list[SessionPage]


def contents_of(sessions: Sequence[SessionPage], now: datetime) -> dict[int, SessionContents]:
    """Returns the contents of each of `sessions`, by primary key. Minutes are approved at the next session."""
    relations = ("agenda_items", "experts", "documents__document", "documents__accessible_version", "member_documents")
    prefetch_related_objects(sessions, *relations)
    closed = set(closed_collections().values_list("pk", flat=True))
    rows = [item for session in sessions for item in session.agenda_items.all()]
    related = dict(zip(rows, related_to_rows(rows, HttpRequest()), strict=True))
    following = SessionPage.objects.live().to_begin(now).first()
    open_minutes = SessionMinutes.objects.filter(state=SessionMinutes.State.OPEN, session__starts_at__lte=now)
    open_minutes = open_minutes.filter(session__live=True).select_related("session")
    minutes = open_minutes.order_by("session__starts_at") if following else []
    return {
        session.pk: SessionContents(
            agenda=list(session.agenda_items.all()),
            experts=list(session.experts.all()),
            documents=list(_files(session, closed)),
            members_documents=list(session.member_documents.all()),
            proposals=list(dict.fromkeys(chain.from_iterable(related[item] for item in session.agenda_items.all()))),
            to_approve=[record.session for record in minutes] if session == following else [],
        )
        for session in sessions
    }


def _files(session: SessionPage, closed: Container[int]) -> Iterator[SessionFile]:
    """Yields each document of `session`, then its accessible version if it has one."""
    for row in session.documents.all():
        yield _file(row.document, row.document.title, closed)
        if accessible := row.accessible_version:
            yield _file(accessible, f"{_('Accessible version:')} {accessible.title}", closed)


def _file(document: CustomDocument, title: str, closed: Container[int]) -> SessionFile:
    url = "" if document.collection_id in closed else document.url
    return SessionFile(title, document.type_and_size, url)
