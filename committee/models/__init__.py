"""Models of the committee: members and mandates, topics of the work programme, sessions, minutes, register."""

from committee.models.attendance import AbsenceAlert, Attendance, AttendanceQuerySet
from committee.models.convocations import Convened, Convocation, ConvocationDraft, ConvocationQuerySet
from committee.models.directory import DirectoryConsent, DirectoryConsentQuerySet
from committee.models.documents import MemberDocument
from committee.models.invitations import AccountInvitation, AccountInvitationQuerySet
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
from committee.models.minutes import Correction, MinutesAction, MinutesDecision, SessionMinutes
from committee.models.notes import NoteVersion, WorkingNote
from committee.models.office_rights import OfficeRights
from committee.models.pages import CommitteePage, MembersPage, ProgrammePage
from committee.models.partners import PartnerBodyPage, Referral
from committee.models.pictograms import Pictogram, family_of
from committee.models.programme import (
    Deliverable,
    DeliverableQuerySet,
    TopicPage,
    TopicQuerySet,
    TopicStep,
    card_of_topic,
    public_topics,
    topic_label,
)
from committee.models.register import RegisterEntry
from committee.models.session_index import SessionIndexPage
from committee.models.session_people import SessionExpert, WorkshopGroup
from committee.models.session_rows import AgendaItem, SessionAction, SessionDecision, SessionDocument
from committee.models.sessions import SessionPage, SessionQuerySet
from committee.models.votes import DecisionMethod, Dissent, Majority
from committee.models.work_programmes import (
    BallotTopic,
    Priority,
    PriorityQuerySet,
    WorkProgramme,
    WorkProgrammeQuerySet,
)

__all__ = [
    "AbsenceAlert",
    "AccountInvitation",
    "AccountInvitationQuerySet",
    "AgendaItem",
    "Attendance",
    "AttendanceQuerySet",
    "BallotTopic",
    "CommitteePage",
    "Convened",
    "Convocation",
    "ConvocationDraft",
    "ConvocationQuerySet",
    "Correction",
    "DecisionMethod",
    "Deliverable",
    "DeliverableQuerySet",
    "DirectoryConsent",
    "DirectoryConsentQuerySet",
    "Dissent",
    "Majority",
    "Mandate",
    "MandateQuerySet",
    "Member",
    "MemberDocument",
    "MemberQuerySet",
    "MembersPage",
    "MinutesAction",
    "MinutesDecision",
    "NoteVersion",
    "OfficeRights",
    "PartnerBodyPage",
    "Pictogram",
    "Priority",
    "PriorityQuerySet",
    "ProgrammePage",
    "Referral",
    "RegisterEntry",
    "Seat",
    "SeatQuerySet",
    "SessionAction",
    "SessionDecision",
    "SessionDocument",
    "SessionExpert",
    "SessionIndexPage",
    "SessionMinutes",
    "SessionPage",
    "SessionQuerySet",
    "Sitting",
    "TopicPage",
    "TopicQuerySet",
    "TopicStep",
    "WorkProgramme",
    "WorkProgrammeQuerySet",
    "WorkingNote",
    "WorkshopGroup",
    "card_of_topic",
    "family_of",
    "public_topics",
    "sitting_members",
    "topic_label",
]
