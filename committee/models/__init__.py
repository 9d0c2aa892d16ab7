"""The committee's life: members and their mandates, topics of the work programme, sessions and their agenda."""

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
from committee.models.pages import CommitteePage, MembersPage, ProgrammePage
from committee.models.programme import Deliverable, DeliverableQuerySet, TopicPage, TopicQuerySet, TopicStep
from committee.models.session_rows import AgendaItem, SessionDecision, SessionDocument
from committee.models.sessions import SessionIndexPage, SessionPage, SessionQuerySet
from committee.models.work_programmes import (
    BallotTopic,
    Priority,
    PriorityQuerySet,
    WorkProgramme,
    WorkProgrammeQuerySet,
)

__all__ = [
    "AgendaItem",
    "BallotTopic",
    "CommitteePage",
    "Deliverable",
    "DeliverableQuerySet",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberQuerySet",
    "MembersPage",
    "Priority",
    "PriorityQuerySet",
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
    "WorkProgramme",
    "WorkProgrammeQuerySet",
    "sitting_members",
]
