"""What changes proposals, comments and supports. Every function is atomic and may be called twice without harm."""

from participation.services.comments import moderate_comment, post_comment, report_comment
from participation.services.counters import refresh_comment_count, refresh_support_count
from participation.services.discussions import discussion_for_page, discussion_for_proposal
from participation.services.errors import (
    CallClosed,
    DiscussionClosed,
    ParticipationError,
    ReasonMissing,
    SupportClosed,
    TooMany,
    WrongState,
)
from participation.services.proposals import moderate_proposal, submit_proposal
from participation.services.supports import set_support

__all__ = [
    "CallClosed",
    "DiscussionClosed",
    "ParticipationError",
    "ReasonMissing",
    "SupportClosed",
    "TooMany",
    "WrongState",
    "discussion_for_page",
    "discussion_for_proposal",
    "moderate_comment",
    "moderate_proposal",
    "post_comment",
    "refresh_comment_count",
    "refresh_support_count",
    "report_comment",
    "set_support",
    "submit_proposal",
]
