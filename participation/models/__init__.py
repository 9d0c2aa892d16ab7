from participation.models.answers import AnswerTemplate, CityService, OfficialAnswer
from participation.models.calls import CallIndexPage, CallPage, ProposalIndexPage
from participation.models.comments import Comment, Discussion, Report
from participation.models.history import ProposalStep
from participation.models.news import ProposalInNews
from participation.models.proposals import Proposal, Support

__all__ = [
    "AnswerTemplate",
    "CallIndexPage",
    "CallPage",
    "CityService",
    "Comment",
    "Discussion",
    "OfficialAnswer",
    "Proposal",
    "ProposalInNews",
    "ProposalIndexPage",
    "ProposalStep",
    "Report",
    "Support",
]
