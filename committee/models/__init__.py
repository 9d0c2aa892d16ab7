"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

from committee.models.attendance import AbsenceAlert, Attendance, AttendanceQuerySet
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
from committee.models.pages import CommitteePage, MembersPage
from committee.models.programme import Deliverable, ProgrammePage, TopicPage, TopicQuerySet, TopicStep
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem, SessionDecision, SessionDocument
from committee.models.sessions import SessionIndexPage, SessionPage, SessionQuerySet

__all__ = [
    "AbsenceAlert",
    "AgendaItem",
    "Attendance",
    "AttendanceQuerySet",
    "CommitteePage",
    "Deliverable",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberQuerySet",
    "MembersPage",
    "ProgrammePage",
    "Seat",
    "SeatQuerySet",
    "SessionDecision",
    "SessionDocument",
    "SessionExpert",
    "SessionIndexPage",
    "SessionPage",
    "SessionQuerySet",
    "Sitting",
    "TopicPage",
    "TopicQuerySet",
    "TopicStep",
    "WorkshopGroup",
    "sitting_members",
]
