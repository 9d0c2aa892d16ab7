"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

from committee.models.convocations import Convened, Convocation, ConvocationQuerySet
from committee.models.directory import DirectoryConsent, DirectoryConsentQuerySet
from committee.models.documents import MemberDocument, MemberDocumentQuerySet
from committee.models.members import (
    Mandate,
    MandateQuerySet,
    Member,
    MemberQuerySet,
    Seat,
    SeatQuerySet,
    Sitting,
    sitting_members,
)
from committee.models.notes import NoteVersion, WorkingNote
from committee.models.pages import CommitteePage, MembersPage
from committee.models.programme import Deliverable, ProgrammePage, TopicPage, TopicQuerySet, TopicStep
from committee.models.session_rows import AgendaItem, SessionDecision, SessionDocument
from committee.models.sessions import SessionIndexPage, SessionPage, SessionQuerySet

__all__ = [
    "AgendaItem",
    "CommitteePage",
    "Convened",
    "Convocation",
    "ConvocationQuerySet",
    "Deliverable",
    "DirectoryConsent",
    "DirectoryConsentQuerySet",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberDocument",
    "MemberDocumentQuerySet",
    "MemberQuerySet",
    "MembersPage",
    "NoteVersion",
    "ProgrammePage",
    "Seat",
    "SeatQuerySet",
    "SessionDecision",
    "SessionDocument",
    "SessionIndexPage",
    "SessionPage",
    "SessionQuerySet",
    "Sitting",
    "TopicPage",
    "TopicQuerySet",
    "TopicStep",
    "WorkingNote",
    "sitting_members",
]
