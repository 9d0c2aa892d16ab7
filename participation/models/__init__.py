from participation.models.calls import CallIndexPage, CallPage, ProposalIndexPage
from participation.models.comments import Comment, Discussion, Report
from participation.models.news import ProposalInNews
from participation.models.proposals import Proposal, Support

__all__ = [
    "CallIndexPage",
    "CallPage",
    "Comment",
    "Discussion",
    "Proposal",
    "ProposalInNews",
    "ProposalIndexPage",
    "Report",
    "Support",
]
