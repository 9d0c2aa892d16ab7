from participation.models.answers import AnswerTemplate, CityService, OfficialAnswer
from participation.models.attachments import Attachment
from participation.models.calls import CallIndexPage, CallPage, ProposalIndexPage
from participation.models.coauthors import CoAuthor, Invitation
from participation.models.comments import Comment, CommentVersion, Discussion, Mention
from participation.models.desk import DeskEntry
from participation.models.drafts import ProposalDraft
from participation.models.follows import Follow
from participation.models.history import ProposalStep
from participation.models.links import (
    ProposalFromWorkshop,
    ProposalInDecision,
    ProposalInDeliverable,
    ProposalInNews,
    ProposalInReferral,
    ProposalOnAgenda,
)
from participation.models.moderation import SENTENCES, Appeal, Decision, Ground, Report
from participation.models.proposals import Proposal, Support
from participation.models.versions import Addendum, ProposalVersion

__all__ = [
    "SENTENCES",
    "Addendum",
    "AnswerTemplate",
    "Appeal",
    "Attachment",
    "CallIndexPage",
    "CallPage",
    "CityService",
    "CoAuthor",
    "Comment",
    "CommentVersion",
    "Decision",
    "DeskEntry",
    "Discussion",
    "Follow",
    "Ground",
    "Invitation",
    "Mention",
    "OfficialAnswer",
    "Proposal",
    "ProposalDraft",
    "ProposalFromWorkshop",
    "ProposalInDecision",
    "ProposalInDeliverable",
    "ProposalInNews",
    "ProposalInReferral",
    "ProposalIndexPage",
    "ProposalOnAgenda",
    "ProposalStep",
    "ProposalVersion",
    "Report",
    "Support",
]
