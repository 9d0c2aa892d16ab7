"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

from committee.models.members import Mandate, MandateQuerySet, Member, MemberQuerySet, Seat, sitting_members
from committee.models.minutes import Correction, MinutesAction, MinutesDecision, SessionMinutes
from committee.models.pages import CommitteePage, MembersPage
from committee.models.programme import Deliverable, ProgrammePage, TopicPage, TopicQuerySet, TopicStep
from committee.models.register import RegisterEntry
from committee.models.session_rows import AgendaItem, SessionAction, SessionDecision, SessionDocument
from committee.models.sessions import SessionIndexPage, SessionPage, SessionQuerySet

__all__ = [
    "AgendaItem",
    "CommitteePage",
    "Correction",
    "Deliverable",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberQuerySet",
    "MembersPage",
    "MinutesAction",
    "MinutesDecision",
    "ProgrammePage",
    "RegisterEntry",
    "Seat",
    "SessionAction",
    "SessionDecision",
    "SessionDocument",
    "SessionIndexPage",
    "SessionMinutes",
    "SessionPage",
    "SessionQuerySet",
    "TopicPage",
    "TopicQuerySet",
    "TopicStep",
    "sitting_members",
]
