from participation.models.answers import AnswerTemplate, CityService, OfficialAnswer
from participation.models.calls import CallIndexPage, CallPage, ProposalIndexPage
from participation.models.comments import Comment, CommentVersion, Discussion, Mention, Report
from participation.models.follows import Follow
from participation.models.history import ProposalStep
from participation.models.links import ProposalInDecision, ProposalInDeliverable, ProposalInNews, ProposalOnAgenda
from participation.models.moderation import SENTENCES, Appeal, Decision, Ground
from participation.models.proposals import Proposal, Support

__all__ = [
    "SENTENCES",
    "AnswerTemplate",
    "Appeal",
    "CallIndexPage",
    "CallPage",
    "CityService",
    "Comment",
    "CommentVersion",
    "Decision",
    "Discussion",
    "Follow",
    "Ground",
    "Mention",
    "OfficialAnswer",
    "Proposal",
    "ProposalInDecision",
    "ProposalInDeliverable",
    "ProposalInNews",
    "ProposalIndexPage",
    "ProposalOnAgenda",
    "ProposalStep",
    "Report",
    "Support",
]
