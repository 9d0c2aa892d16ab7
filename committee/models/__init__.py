"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

from committee.models.members import Mandate, MandateQuerySet, Member, MemberQuerySet, Seat, sitting_members
from committee.models.pages import CommitteePage, MembersPage
from committee.models.programme import ProgrammePage, TopicPage, TopicQuerySet, TopicStep
from committee.models.sessions import AgendaItem, SessionDocument, SessionIndexPage, SessionPage, SessionQuerySet

__all__ = [
    "AgendaItem",
    "CommitteePage",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberQuerySet",
    "MembersPage",
    "ProgrammePage",
    "Seat",
    "SessionDocument",
    "SessionIndexPage",
    "SessionPage",
    "SessionQuerySet",
    "TopicPage",
    "TopicQuerySet",
    "TopicStep",
    "sitting_members",
]
